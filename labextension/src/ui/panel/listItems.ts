import type { ITransfer } from '../../engine/model';

/** One line of the list: a transfer, or one of the files of an opened tree. */
export type ListItem =
  | { readonly transfer: ITransfer; readonly entry: null }
  | { readonly transfer: ITransfer; readonly entry: number };

/**
 * The lines of the list, without one object for each of a hundred thousand.
 *
 * @param shown - how many files are shown below a transfer.
 */
export class ListItems {
  /** Where each transfer stands. */
  private readonly starts: readonly number[];
  readonly length: number;

  constructor(
    private readonly transfers: readonly ITransfer[],
    shown: (transfer: ITransfer) => number
  ) {
    const starts: number[] = [];
    let length = 0;
    for (const transfer of transfers) {
      starts.push(length);
      length += 1 + shown(transfer);
    }
    this.starts = starts;
    this.length = length;
  }

  at(index: number): ListItem {
    const place = this.lastUpTo(index);
    const transfer = this.transfers[place];
    const start = this.starts[place];
    if (transfer === undefined || start === undefined) {
      throw new RangeError(`There is no line ${index}`);
    }
    return { transfer, entry: index === start ? null : index - start - 1 };
  }

  /** The line of a transfer. */
  indexOf(key: string): number {
    const place = this.transfers.findIndex(transfer => transfer.key === key);
    return this.starts[place] ?? -1;
  }

  /** The last transfer that starts at or before `index`. */
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
