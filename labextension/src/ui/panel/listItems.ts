/** One line of the list: a row, or one of the files of an opened tree. */
export interface IListItem<Row> {
  readonly row: Row;
  /** Which of its files; null for the row itself. */
  readonly entry: number | null;
}

/**
 * The lines of the list, without one object for each of a hundred thousand.
 *
 * @param shown - how many files are shown below a row.
 */
export class ListItems<Row extends { readonly key: string }> {
  /** Where each row stands. */
  private readonly starts: readonly number[];
  readonly length: number;

  constructor(
    private readonly rows: readonly Row[],
    shown: (row: Row) => number
  ) {
    const starts: number[] = [];
    let length = 0;
    for (const row of rows) {
      starts.push(length);
      length += 1 + shown(row);
    }
    this.starts = starts;
    this.length = length;
  }

  at(index: number): IListItem<Row> {
    const place = this.lastUpTo(index);
    const row = this.rows[place];
    const start = this.starts[place];
    if (row === undefined || start === undefined) {
      throw new RangeError(`There is no line ${index}`);
    }
    return { row, entry: index === start ? null : index - start - 1 };
  }

  /** The line of a row. */
  indexOf(key: string): number {
    const place = this.rows.findIndex(row => row.key === key);
    return this.starts[place] ?? -1;
  }

  /** The last row that starts at or before `index`. */
  private lastUpTo(index: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
