/** How wide columns are at first: for their heads and the first values, within limits. */

import type { ITableColumn, ITableRow } from '../../../engine/tables/model';

/** Pixels. */
const CHARACTER = 7.2;
const HEAD_CHARACTER = 8.4;
const PADDING = 22;
const NARROWEST = 144;
const WIDEST = 280;

export function widthOf(
  { name }: Pick<ITableColumn, 'name'>,
  column: number,
  rows: readonly ITableRow[]
): number {
  const longest = Math.max(
    name.length * HEAD_CHARACTER,
    ...rows.map(({ values }) => (values[column]?.length ?? 4) * CHARACTER)
  );
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, longest + PADDING)));
}

/** Numbers are read from their last digit. */
export function isNumeric({
  type,
  native
}: Pick<ITableColumn, 'type' | 'native'>): boolean {
  return type === 'as_is'
    ? /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UINTEGER|DOUBLE|FLOAT|DECIMAL)\b/i.test(
        native
      )
    : /^(u?int|decimal|float)/.test(type);
}
