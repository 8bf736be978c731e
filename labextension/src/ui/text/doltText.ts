/** Versions of tables in words. */

import type {
  DiffKind,
  IDiffColumn,
  IDiffState,
  IPendingImport
} from '../../engine/tables/versions';
import type { ILanguage } from './language';

/** What tells a kind by more than its colour. */
export const SIGNS: Readonly<Record<DiffKind, string>> = {
  added: '+',
  removed: '−',
  modified: '~'
};

/** `1,200 added`. */
export function countInWords(
  kind: DiffKind,
  count: number,
  { trans, format }: ILanguage
): string {
  const figure = format.count(count);
  switch (kind) {
    case 'added':
      return trans.__('%1 added', figure);
    case 'removed':
      return trans.__('%1 removed', figure);
    case 'modified':
      return trans.__('%1 changed', figure);
  }
}

/** `1,200 rows added, 3 changed`; of a table without any, that nothing is different. */
export function countsInWords(
  counts: NonNullable<IDiffState['summary']>['counts'],
  language: ILanguage
): string {
  const kinds: readonly DiffKind[] = ['added', 'removed', 'modified'];
  const parts = kinds
    .filter(kind => counts[kind] > 0)
    .map(kind => countInWords(kind, counts[kind], language));
  return parts.length === 0
    ? language.trans.__('no row is different')
    : parts.join(', ');
}

/** What is different in the columns of a table. */
export function schemaInWords(
  columns: readonly IDiffColumn[],
  { trans }: ILanguage
): readonly string[] {
  if (columns.every(({ change }) => change === 'added')) {
    return [trans.__('The table is new.')];
  }
  if (columns.every(({ change }) => change === 'removed')) {
    return [trans.__('The table is no longer there.')];
  }
  return columns.flatMap(({ name, type, change, before }) => {
    switch (change) {
      case 'added':
        return [trans.__('+ column “%1” (%2)', name, type)];
      case 'removed':
        return [trans.__('− column “%1”', name)];
      case 'changed':
        return [trans.__('~ column “%1”: %2 → %3', name, before ?? '', type)];
      case null:
        return [];
    }
  });
}

/** The beginning of a hash, as people write it. */
export function shortHash(hash: string): string {
  return /^[0-9a-z]{12,}$/.test(hash) ? hash.slice(0, 8) : hash;
}

export function pendingInWords(
  { table, mode, rows }: IPendingImport,
  { trans, format }: ILanguage
): string {
  const figure = format.count(rows);
  switch (mode) {
    case 'create':
      return trans._n(
        'A new table “%2” with %3 row waits to be committed.',
        'A new table “%2” with %3 rows waits to be committed.',
        rows,
        table,
        figure
      );
    case 'append':
      return trans._n(
        '%3 row for the table “%2” waits to be committed.',
        '%3 rows for the table “%2” wait to be committed.',
        rows,
        table,
        figure
      );
    case 'update':
      return trans.__(
        'An update of the table “%1” by %2 rows waits to be committed.',
        table,
        figure
      );
  }
}
