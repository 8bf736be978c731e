import type { ByteRange } from './wire';
import { firstGap, normalise } from './ranges';

/**
 * The next chunk to send: the front of the first stretch that is neither there nor on its way.
 *
 * Front to back, because a server that gets the chunk it expects next only has to append.
 *
 * @param size - of the file, bytes.
 * @param chunkSize - most bytes in one chunk.
 * @returns null when everything is there or on its way.
 */
export function nextChunk(
  size: number,
  received: readonly ByteRange[],
  inFlight: Iterable<ByteRange>,
  chunkSize: number
): ByteRange | null {
  const gap = firstGap(normalise([...received, ...inFlight]), size);
  return gap && [gap[0], Math.min(gap[1], gap[0] + chunkSize)];
}
