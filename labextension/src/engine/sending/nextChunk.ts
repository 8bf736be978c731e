import type { ByteRange } from '../wire';
import { firstGap, normalise } from './ranges';

/** What to send next. */
export interface IChunk {
  readonly range: ByteRange;
  /** It is a whole part of the store, and goes there past the server. */
  readonly isDirect: boolean;
}

/** What is there already, or on its way, of a file. */
interface IFile {
  /** Bytes. */
  readonly size: number;
  readonly received: readonly ByteRange[];
  readonly inFlight: Iterable<ByteRange>;
}

interface ILimits {
  /** Most bytes in one chunk through the server. */
  readonly chunkSize: number;
  /** Bytes of a part of the store, which no chunk crosses the border of; null where it has none. */
  readonly partSize: number | null;
  /** Whether whole parts go straight to the store. */
  readonly isDirect: boolean;
}

/**
 * The next chunk to send: the front of the first stretch that is neither there nor on its way.
 *
 * Front to back, because a server that gets the chunk it expects next only has to append.
 *
 * @returns null when everything is there or on its way.
 */
export function nextChunk(
  { size, received, inFlight }: IFile,
  { chunkSize, partSize, isDirect }: ILimits
): IChunk | null {
  const gap = firstGap(normalise([...received, ...inFlight]), size);
  if (gap === null) {
    return null;
  }
  const [start, end] = gap;
  const part = partAt(start, size, partSize);
  if (isDirect && start === part[0] && end >= part[1]) {
    return { range: part, isDirect: true };
  }
  const most = Math.min(end, part[1], start + chunkSize);
  return { range: [start, most], isDirect: false };
}

/** The part that a byte belongs to. */
function partAt(at: number, size: number, partSize: number | null): ByteRange {
  if (partSize === null) {
    return [0, size];
  }
  const start = at - (at % partSize);
  return [start, Math.min(start + partSize, size)];
}
