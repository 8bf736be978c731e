import { Failure } from '../errors';
import type { ByteRange, Digest, IPart } from '../wire';

/** The verified chunks of one upload, by where they start. */
export class Parts {
  private parts = new Map<number, IPart>();

  /**
   * What the server reports is the truth, even when it is less than was thought.
   *
   * Throws a `Failure` when it claims other bytes for a chunk that was acknowledged before.
   */
  replace(parts: readonly IPart[]): void {
    for (const [start, end, digest] of parts) {
      const known = this.parts.get(start);
      if (known?.[1] === end && known[2] !== digest) {
        throw new Failure(
          'composite_mismatch',
          'What the server has is not what was sent.'
        );
      }
    }
    this.parts = new Map(parts.map(part => [part[0], part]));
  }

  /** A chunk was acknowledged. */
  add([start, end]: ByteRange, digest: Digest): void {
    this.parts.set(start, [start, end, digest]);
  }

  /** All, in order; null when they do not make up a file of `size` bytes exactly. */
  whole(size: number): readonly IPart[] | null {
    const inOrder = [...this.parts.values()].sort((a, b) => a[0] - b[0]);
    let reached = 0;
    for (const [start, end] of inOrder) {
      if (start !== reached) {
        return null;
      }
      reached = end;
    }
    return reached === size ? inOrder : null;
  }
}
