import type { IOperation } from '../../engine/operations/model';
import type { IComparison } from '../../engine/tables/versions';

/** The changes that an import made, which wait to be committed; null for any other operation, and before its end. */
export function changesOf({
  kind,
  state,
  result
}: Pick<IOperation, 'kind' | 'state' | 'result'>): IComparison | null {
  if (kind !== 'import_table' || state !== 'done') {
    return null;
  }
  const { import: to, table } = result ?? {};
  const database = pathOf(result?.['database']);
  return typeof to === 'string' &&
    typeof table === 'string' &&
    database !== null
    ? { database, table, from: 'HEAD', to }
    : null;
}

function pathOf(place: unknown): string | null {
  if (typeof place === 'object' && place !== null && 'path' in place) {
    return pathOf(place.path);
  }
  return typeof place === 'string' ? place : null;
}
