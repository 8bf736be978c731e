import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextChunk } from '../../src/engine/plan';
import type { ByteRange } from '../../src/engine/wire';
import { byteCount, firstGap, normalise } from '../../src/engine/ranges';

const SIZE = 40;

const ranges: fc.Arbitrary<ByteRange[]> = fc.array(
  fc
    .tuple(fc.nat({ max: SIZE }), fc.nat({ max: SIZE }))
    .map(([a, b]): ByteRange => [Math.min(a, b), Math.max(a, b)]),
  { maxLength: 8 }
);

/** The plain truth that the intervals are held against. */
function bytesOf(list: readonly ByteRange[]): Set<number> {
  const bytes = new Set<number>();
  for (const [start, end] of list) {
    for (let byte = start; byte < end; byte += 1) {
      bytes.add(byte);
    }
  }
  return bytes;
}

describe('ranges', () => {
  it('normalised cover the same bytes, in order and apart', () => {
    fc.assert(
      fc.property(ranges, list => {
        const joined = normalise(list);
        expect(bytesOf(joined)).toEqual(bytesOf(list));
        expect(byteCount(joined)).toBe(bytesOf(list).size);
        joined.forEach(([start, end], index) => {
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThan(joined[index - 1]?.[1] ?? -1);
        });
      })
    );
  });

  it('have a first gap where the first byte is missing', () => {
    fc.assert(
      fc.property(ranges, list => {
        const bytes = bytesOf(list);
        const gap = firstGap(normalise(list), SIZE);
        const first = [...Array(SIZE).keys()].find(byte => !bytes.has(byte));
        expect(gap?.[0]).toBe(first);
        if (gap !== null) {
          expect([...bytesOf([gap])].some(byte => bytes.has(byte))).toBe(false);
        }
      })
    );
  });
});

describe('nextChunk', () => {
  it('sends each missing byte once, front to back, in chunks no larger than asked', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.integer({ min: 1, max: 50 }),
        (received, chunkSize) => {
          const inFlight: ByteRange[] = [];
          for (
            let chunk = nextChunk(SIZE, received, inFlight, chunkSize);
            chunk !== null;
            chunk = nextChunk(SIZE, received, inFlight, chunkSize)
          ) {
            expect(byteCount([chunk])).toBeLessThanOrEqual(chunkSize);
            expect(chunk[0]).toBeGreaterThanOrEqual(inFlight.at(-1)?.[1] ?? 0);
            inFlight.push(chunk);
          }
          expect(byteCount(inFlight)).toBe(SIZE - bytesOf(received).size);
          expect(bytesOf([...received, ...inFlight]).size).toBe(SIZE);
        }
      )
    );
  });
});
