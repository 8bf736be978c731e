import type { ChunkSize } from '../../link/chunkSize';

/** Most bytes of a batch, which is in memory whole, and of a file that comes in one. */
export const LARGEST_BATCH = 8 * 1024 * 1024;

/** Whether a file is an upload of its own. */
export function isLarge({ size }: { readonly size: number }): boolean {
  return size > LARGEST_BATCH;
}

/** Files of a batch: enough that one request more or less means little, and few enough for an answer within seconds. */
const FIRST = 100;
const MOST = 1_000;
const FEWEST = 10;

/** Milliseconds that a batch should take: what is lost of one that breaks off is sent again. */
const QUICK = 800;
const SLOW = 3_000;

/** The part of the bytes that a batch may have, from which on it counts as full. */
const FULL = 0.5;

/** How many files, and bytes, come in one request; learnt from how long they take, and from what breaks. */
export class BatchSize {
  private most = FIRST;

  constructor(private readonly chunkSize: ChunkSize) {}

  /** Most files of the next batch. */
  get files(): number {
    return this.most;
  }

  /** Most bytes of the next batch. */
  get bytes(): number {
    return this.chunkSize.next(LARGEST_BATCH);
  }

  /** A batch was answered. */
  learn(files: number, bytes: number, milliseconds: number): void {
    if (milliseconds < QUICK && files >= this.most) {
      this.most = Math.min(MOST, this.most * 2);
    } else if (milliseconds > SLOW && files > FEWEST) {
      this.most = Math.max(FEWEST, Math.floor(files / 2));
    }
    // What took long because of its files says little of the link.
    if (milliseconds < SLOW || files <= FEWEST) {
      // Files seldom fill a batch to the last byte.
      const isFull = bytes > this.bytes * FULL;
      const filled = isFull ? Math.max(bytes, this.bytes) : bytes;
      this.chunkSize.learn(
        filled,
        (milliseconds * filled) / Math.max(1, bytes)
      );
    }
  }

  /** The connection broke over a batch. */
  break(bytes: number): void {
    this.chunkSize.break(bytes);
  }

  /** Something on the way refused a batch as too large. @returns whether a smaller one can be tried. */
  refuse(bytes: number): boolean {
    return this.chunkSize.refuse(bytes);
  }
}
