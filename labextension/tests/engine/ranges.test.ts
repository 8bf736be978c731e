import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextChunk } from '../../src/engine/sending/nextChunk';
import type { IChunk } from '../../src/engine/sending/nextChunk';
import type { ByteRange } from '../../src/engine/wire';
import {
  byteCount,
  firstGap,
  normalise
} from '../../src/engine/sending/ranges';

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
  const plans = fc.record({
    received: ranges,
    chunkSize: fc.integer({ min: 1, max: 50 }),
    partSize: fc.option(fc.integer({ min: 1, max: 50 })),
    isDirect: fc.boolean()
  });

  function chunksOf(plan: {
    received: ByteRange[];
    chunkSize: number;
    partSize: number | null;
    isDirect: boolean;
  }): IChunk[] {
    const chunks: IChunk[] = [];
    for (;;) {
      const inFlight = chunks.map(({ range }) => range);
      const chunk = nextChunk(
        { size: SIZE, received: plan.received, inFlight },
        plan
      );
      if (chunk === null) {
        return chunks;
      }
      expect(chunk.range[0]).toBeGreaterThanOrEqual(inFlight.at(-1)?.[1] ?? 0);
      chunks.push(chunk);
    }
  }

  it('sends each missing byte once, front to back', () => {
    fc.assert(
      fc.property(plans, plan => {
        const sent = chunksOf(plan).map(({ range }) => range);
        expect(byteCount(sent)).toBe(SIZE - bytesOf(plan.received).size);
        expect(bytesOf([...plan.received, ...sent]).size).toBe(SIZE);
      })
    );
  });

  it('sends chunks through the server that are no larger than asked, and lie in one part', () => {
    fc.assert(
      fc.property(plans, plan => {
        const partSize = plan.partSize ?? SIZE;
        for (const { range, isDirect } of chunksOf(plan)) {
          expect(isDirect || byteCount([range]) <= plan.chunkSize).toBe(true);
          expect(Math.floor(range[0] / partSize)).toBe(
            Math.floor((range[1] - 1) / partSize)
          );
        }
      })
    );
  });

  it('sends straight to the store every part of which nothing is there, whole, and nothing else', () => {
    fc.assert(
      fc.property(plans, plan => {
        const partSize = plan.partSize ?? SIZE;
        const there = bytesOf(plan.received);
        const whole: ByteRange[] = [];
        for (let start = 0; plan.isDirect && start < SIZE; start += partSize) {
          const part: ByteRange = [start, Math.min(start + partSize, SIZE)];
          if (![...bytesOf([part])].some(byte => there.has(byte))) {
            whole.push(part);
          }
        }
        expect(
          chunksOf(plan)
            .filter(({ isDirect }) => isDirect)
            .map(({ range }) => range)
        ).toEqual(whole);
      })
    );
  });

  it('cuts a part into one chunk where chunks may be as large', () => {
    const file = { size: 25, received: [], inFlight: [] };
    const limits = { chunkSize: 10, partSize: 10, isDirect: false };
    expect(nextChunk(file, limits)?.range).toEqual([0, 10]);
    expect(nextChunk({ ...file, inFlight: [[0, 20]] }, limits)?.range).toEqual([
      20, 25
    ]);
  });
});
