import type { IReject, IStructural, ITableColumn, ITableRow } from './model';
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

/** Rows with what does not fit in them, and the lines between them that are no rows, in the order of the file. */
export function rowsOf({
  values,
  rejects,
  lines,
  structural
}: Pick<
  IPreview,
  'values' | 'rejects' | 'lines' | 'structural'
>): readonly ITableRow[] {
  const byRow = new Map<number, Map<number, IReject>>();
  for (const { row, column, text, reason, message } of rejects) {
    const inRow = byRow.get(row) ?? new Map<number, IReject>();
    inRow.set(column, { text, reason, message });
    byRow.set(row, inRow);
  }
  const rows = values.map((row, index) => ({
    values: row,
    rejects: byRow.get(index) ?? NONE,
    structural: null
  }));
  if (lines === undefined || structural.length === 0) {
    return rows;
  }
  return [
    ...rows.map((row, index) => ({ line: lines[index] ?? 0, row })),
    ...structural.map(one => ({
      line: one.line,
      row: { values: [], rejects: NONE, structural: one }
    }))
  ]
    .sort((one, other) => one.line - other.line)
    .map(({ row }) => row);
}

const NONE: ReadonlyMap<number, IReject> = new Map();

/** Lines that are no rows, of which nobody wants to see more. */
const MOST_LINES = 200;

/** The lines that are known to be no rows, with those of one more answer, in the order of the file. */
export function withLines(
  known: readonly IStructural[],
  { structural }: Pick<IPreview, 'structural'>
): readonly IStructural[] {
  const lines = new Map([...known, ...structural].map(one => [one.byte, one]));
  return [...lines.values()]
    .sort((one, other) => one.byte - other.byte)
    .slice(0, MOST_LINES);
}
