/** Where keys lead to in a grid, as ARIA's pattern "grid" has it. */

/** The row of the heads is -1. */
export interface IPlaceInGrid {
  readonly row: number;
  readonly column: number;
}

export interface IGridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows in sight. */
  readonly page: number;
}

/** @returns null for a key that leads nowhere. */
export function placeAfter(
  { key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  { row, column }: IPlaceInGrid,
  { rows, columns, page }: IGridSize
): IPlaceInGrid | null {
  const far = ctrlKey || metaKey;
  const to = (row: number, column: number): IPlaceInGrid => ({
    row: Math.max(-1, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column))
  });
  switch (key) {
    case 'ArrowUp':
      return to(far ? Math.min(row, 0) : row - 1, column);
    case 'ArrowDown':
      return to(far ? rows - 1 : row + 1, column);
    case 'ArrowLeft':
      return to(row, far ? 0 : column - 1);
    case 'ArrowRight':
      return to(row, far ? columns - 1 : column + 1);
    case 'Home':
      return to(far ? 0 : row, 0);
    case 'End':
      return to(far ? rows - 1 : row, columns - 1);
    case 'PageUp':
      // From the heads there is nowhere to go up to, and from the first row no whole page.
      return to(row <= 0 ? row : Math.max(0, row - page), column);
    case 'PageDown':
      return to(Math.max(row, 0) + page, column);
    default:
      return null;
  }
}
