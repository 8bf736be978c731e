import type { ByteRange } from '../wire';

/** `ranges` sorted, with those that touch or overlap joined and empty ones dropped. */
export function normalise(ranges: Iterable<ByteRange>): readonly ByteRange[] {
  const sorted = [...ranges]
    .filter(([start, end]) => start < end)
    .sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) {
      last[1] = Math.max(last[1], end);
    } else {
      joined.push([start, end]);
    }
  }
  return joined;
}

/** Bytes in normalised ranges. */
export function byteCount(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** The first stretch of `[0, size)` that none of the normalised `ranges` covers; null when all is covered. */
export function firstGap(
  ranges: readonly ByteRange[],
  size: number
): ByteRange | null {
  let start = 0;
  for (const [from, to] of ranges) {
    if (from > start) {
      return [start, Math.min(from, size)];
    }
    start = Math.max(start, to);
  }
  return start < size ? [start, size] : null;
}
