import type { IReject, ITableColumn, ITableRow } from './model';
import type { IPreview } from './wire';

/** The columns that have values, in the order of these. */
export function keptColumns({
  columns,
  recipe
}: Pick<IPreview, 'columns' | 'recipe'>): readonly ITableColumn[] {
  const left = new Set(
    recipe.columns.flatMap(({ source, keep }) => (keep ? [] : [source]))
  );
  return columns.filter(({ source }) => !left.has(source));
}

/** Rows with what does not fit in them. */
export function rowsOf({
  values,
  rejects
}: Pick<IPreview, 'values' | 'rejects'>): readonly ITableRow[] {
  const byRow = new Map<number, Map<number, IReject>>();
  for (const { row, column, text, reason, message } of rejects) {
    const inRow = byRow.get(row) ?? new Map<number, IReject>();
    inRow.set(column, { text, reason, message });
    byRow.set(row, inRow);
  }
  return values.map((row, index) => ({
    values: row,
    rejects: byRow.get(index) ?? NONE
  }));
}

const NONE: ReadonlyMap<number, IReject> = new Map();
