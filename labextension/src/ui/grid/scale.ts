/** Rows of one height in a box that scrolls, also where a browser has no box that is tall enough. */

/** Pixels. */
export const ROW_HEIGHT = 24;

/** Pixels of the tallest box: Firefox makes none of 18 million, Chromium none of 34 million. */
export const TALLEST = 8_000_000;

/** Rows that are drawn beyond those in sight. */
const BEYOND = 4;

/** Between the place in the table (`top`) and where the box is scrolled to. */
export class Scale {
  /** Pixels that all rows would take. */
  readonly total: number;
  /** Pixels that the box takes. */
  readonly box: number;

  /** @param height - pixels of the table that are in sight. */
  constructor(
    readonly rows: number,
    readonly height: number
  ) {
    this.total = rows * ROW_HEIGHT;
    this.box = Math.min(this.total, TALLEST);
  }

  /** Whether a pixel of the box is more than one of the table: then the box is scrolled in other ways than by hand. */
  get isScaled(): boolean {
    return this.total > this.box;
  }

  /** The largest `top`. */
  get end(): number {
    return Math.max(0, this.total - this.height);
  }

  within(top: number): number {
    return Math.max(0, Math.min(this.end, top));
  }

  topAt(scrolled: number): number {
    const longest = this.box - this.height;
    return this.isScaled
      ? this.within((scrolled / longest) * this.end)
      : this.within(scrolled);
  }

  scrolledAt(top: number): number {
    const longest = this.box - this.height;
    return this.isScaled
      ? Math.round((this.within(top) / this.end) * longest)
      : this.within(top);
  }

  /** The first and the last row that are drawn; the last is before the first where there are none. */
  drawn(top: number): readonly [first: number, last: number] {
    const first = Math.floor(top / ROW_HEIGHT) - BEYOND;
    const last = Math.ceil((top + this.height) / ROW_HEIGHT) + BEYOND;
    return [Math.max(0, first), Math.min(this.rows - 1, last)];
  }

  /** Where to go so that a row is whole in sight; `top` where it is. */
  revealing(row: number, top: number): number {
    const start = row * ROW_HEIGHT;
    if (start < top) {
      return this.within(start);
    }
    return start + ROW_HEIGHT > top + this.height
      ? this.within(start + ROW_HEIGHT - this.height)
      : top;
  }
}

/** Columns of several widths side by side. */
export class Tracks {
  /** Where each begins, and the end of the last. */
  readonly starts: readonly number[];

  constructor(readonly widths: readonly number[]) {
    let at = 0;
    this.starts = [0, ...widths.map(width => (at += width))];
  }

  get total(): number {
    return this.starts.at(-1) ?? 0;
  }

  /** The first and the last that are in sight from `left` on. */
  drawn(left: number, width: number): readonly [first: number, last: number] {
    const first = Math.max(0, this.at(left) - 1);
    return [first, Math.min(this.widths.length - 1, this.at(left + width) + 1)];
  }

  /** Where to go so that a column is in sight, from its start on where it is too wide. */
  revealing(column: number, left: number, width: number): number {
    const start = this.starts[column] ?? 0;
    const end = start + (this.widths[column] ?? 0);
    if (start < left || end - start > width) {
      return start;
    }
    return end > left + width ? end - width : left;
  }

  /** The one that a place is in. */
  private at(place: number): number {
    let low = 0;
    let high = this.widths.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= place) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
