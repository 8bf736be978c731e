import type { Digest, DigestAlgorithm } from '../engine/wire';
import { digestOfBytes } from './algorithms';

/** What was read of files that are one blob. */
export interface IReadTogether {
  readonly bytes: ArrayBuffer;
  /** Of each; null where none was asked for. */
  readonly digests: readonly (Digest | null)[];
}

/**
 * Read a blob of files, one behind the other, at once: that costs the browser a fraction of one read for each.
 *
 * @param sizes - bytes of each.
 * @returns null when any of it can't be read.
 */
export async function readTogether(
  algorithm: DigestAlgorithm | null,
  whole: Blob,
  sizes: readonly number[],
  signal: AbortSignal
): Promise<IReadTogether | null> {
  signal.throwIfAborted();
  let bytes: ArrayBuffer;
  try {
    bytes = await whole.arrayBuffer();
  } catch {
    return null;
  }
  signal.throwIfAborted();
  const digests: (Digest | null)[] = [];
  let at = 0;
  for (const size of sizes) {
    const content = new Uint8Array(bytes, at, size);
    at += size;
    digests.push(
      algorithm === null ? null : await digestOfBytes(algorithm, content)
    );
  }
  return { bytes, digests };
}
