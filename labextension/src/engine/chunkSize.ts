const MiB = 1024 * 1024;

/** Below this the cost of a request outweighs the bytes it carries; it is also what the tightest usual proxy lets through. */
export const SMALLEST_CHUNK = 1 * MiB;

/** Before anything is known of the link. */
export const FIRST_CHUNK = 8 * MiB;

/** Seconds that a chunk should take: long enough to fill the link, short enough to lose little when it breaks. */
const AIM = 4;

/** Most by which one measurement may raise the size: the first chunks can be luckier than the link is. */
const FASTEST_GROWTH = 4;

/**
 * How large chunks should be, learnt from how long they take.
 *
 * One for all transfers of a page, because they share the link.
 */
export class ChunkSize {
  private current = FIRST_CHUNK;
  private ceiling = Infinity;

  /** Bytes for the next chunk of an upload whose server wants no more than `most`. */
  next(most: number): number {
    return Math.max(1, Math.min(this.current, this.ceiling, most));
  }

  /** A chunk of `bytes` was acknowledged after `milliseconds`. */
  learn(bytes: number, milliseconds: number): void {
    const ideal = Math.floor((bytes / Math.max(milliseconds, 1)) * 1000 * AIM);
    if (milliseconds > AIM * 1000) {
      this.current = Math.max(ideal, Math.floor(bytes / 2), SMALLEST_CHUNK);
    } else if (bytes >= this.current) {
      // A smaller chunk (the end of a file, or one sent before the last raise) is no proof that a
      // larger one would do well.
      this.current = Math.min(ideal, bytes * FASTEST_GROWTH);
    }
  }

  /**
   * Something between here and the server refused a body of `bytes` as too large.
   *
   * @returns whether smaller chunks can be tried.
   */
  refuse(bytes: number): boolean {
    if (bytes <= SMALLEST_CHUNK) {
      return false;
    }
    this.ceiling = Math.max(SMALLEST_CHUNK, Math.floor(bytes / 2));
    return true;
  }
}
