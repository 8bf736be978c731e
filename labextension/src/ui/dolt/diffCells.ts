/** What is to be seen of a row that is different. */

import type { IDiffColumn, IDiffRow } from '../../engine/tables/versions';
import type { ICell } from '../grid/types';
import type { ILanguage } from '../text/language';

export function diffCell(
  row: IDiffRow | null,
  index: number,
  column: IDiffColumn,
  { trans }: ILanguage
): ICell {
  if (row === null) {
    return { text: undefined };
  }
  const before = row.before?.[index] ?? null;
  const after = row.after?.[index] ?? null;
  switch (row.kind) {
    case 'added':
      return { text: after };
    case 'removed':
      return { text: before };
    case 'modified':
      if (before === after) {
        return { text: after };
      }
      if (column.change === 'added' || column.change === 'removed') {
        // It can't have been otherwise.
        const isAdded = column.change === 'added';
        return {
          text: isAdded ? after : before,
          tone: column.change,
          sign: isAdded ? '+' : '−'
        };
      }
      return {
        text: after,
        before,
        tone: 'changed',
        sign: '~',
        title: `${before ?? 'null'} → ${after ?? 'null'}`,
        label: trans.__('was %1, now %2', before ?? 'null', after ?? 'null')
      };
  }
}
