import { describe, expect, it } from 'vitest';
import {
  ChunkSize,
  FIRST_CHUNK,
  SMALLEST_CHUNK
} from '../../src/engine/link/chunkSize';

const MiB = 1024 * 1024;

/** Send `count` chunks through a proxy that lets no more than `limit` bytes through; how many it refused. */
function refusals(size: ChunkSize, limit: number, count: number): number {
  let refused = 0;
  for (let sent = 0; sent < count; sent += 1) {
    const bytes = size.next(64 * MiB);
    if (bytes > limit) {
      refused += 1;
      size.refuse(bytes);
    } else {
      size.learn(bytes, bytes / MiB);
    }
  }
  return refused;
}

/** Send `count` chunks over a link of so many bytes a second, and tell the size of the next. */
function after(
  size: ChunkSize,
  count: number,
  bytesPerSecond: number,
  most = 64 * MiB
): number {
  for (let sent = 0; sent < count; sent += 1) {
    const bytes = size.next(most);
    size.learn(bytes, (bytes / bytesPerSecond) * 1000);
  }
  return size.next(most);
}

describe('the size of chunks', () => {
  it('begins moderately, and never exceeds what the server wants', () => {
    expect(new ChunkSize().next(64 * MiB)).toBe(FIRST_CHUNK);
    expect(new ChunkSize().next(1_000)).toBe(1_000);
    expect(after(new ChunkSize(), 10, 1000 * MiB, 32 * MiB)).toBe(32 * MiB);
  });

  it('reaches the server’s size within three chunks on a fast link', () => {
    expect(after(new ChunkSize(), 3, 500 * MiB)).toBe(64 * MiB);
  });

  it('takes no more than half a minute on a slow link from the first chunk on', () => {
    for (const bytesPerSecond of [20_000, 100_000, 1_000_000]) {
      const size = new ChunkSize();
      for (let sent = 0; sent < 20; sent += 1) {
        const seconds = size.next(64 * MiB) / bytesPerSecond;
        expect(seconds).toBeLessThan(30);
        size.learn(size.next(64 * MiB), seconds * 1_000);
      }
    }
  });

  it('does so within one chunk when a fast link becomes slow', () => {
    const size = new ChunkSize();
    expect(after(size, 10, 500 * MiB)).toBe(64 * MiB);
    expect(after(size, 1, 1 * MiB)).toBe(4 * MiB);
  });

  it('settles at a few seconds a chunk', () => {
    const seconds = after(new ChunkSize(), 20, 5 * MiB) / (5 * MiB);
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(6);
  });

  it('shrinks on a slow link, down to a least size', () => {
    expect(after(new ChunkSize(), 10, 10_000)).toBe(SMALLEST_CHUNK);
  });

  it('recovers from a size that has become too large', () => {
    const size = new ChunkSize();
    after(size, 10, 500 * MiB);
    expect(after(size, 8, 1 * MiB)).toBeLessThanOrEqual(8 * MiB);
  });

  it('is a whole part of the store where that takes up to twice as long', () => {
    for (const part of [8 * MiB, 525 * MiB, 4000 * MiB]) {
      for (const [seconds, isWhole] of [
        [0.1, true],
        [4, true],
        [7.9, true],
        [8.1, false],
        [100, false]
      ] as const) {
        const size = new ChunkSize();
        const bytesPerSecond = part / seconds;
        after(size, 20, bytesPerSecond, part);
        const next = size.next(part, part);
        expect(next === part).toBe(isWhole);
        expect(next / bytesPerSecond).toBeLessThan(8);
        // And stays so.
        size.learn(next, (next / bytesPerSecond) * 1000);
        expect(size.next(part, part) === part).toBe(isWhole);
      }
    }
  });

  it('is less than a part after a connection broke over one, or a proxy refused one', () => {
    const part = 525 * MiB;
    for (const seconds of [1, 4, 7.9]) {
      const broken = new ChunkSize();
      after(broken, 20, part / seconds, part);
      expect(broken.next(part, part)).toBe(part);
      broken.break(part);
      expect(broken.next(part, part)).toBeLessThan(part);

      const refused = new ChunkSize();
      after(refused, 20, part / seconds, part);
      let refusals = 0;
      for (; refused.next(part, part) > 32 * MiB; refusals += 1) {
        refused.refuse(refused.next(part, part));
      }
      expect(refusals).toBeLessThan(7);
    }
  });

  it('learns nothing from the short chunk at the end of a file', () => {
    const size = new ChunkSize();
    size.learn(100, 50);
    expect(size.next(64 * MiB)).toBe(FIRST_CHUNK);
  });

  it('halves when a connection breaks, and grows again when it holds', () => {
    const size = new ChunkSize();
    const before = after(size, 10, 2 * MiB);
    size.break(before);
    size.break(before);
    expect(size.next(64 * MiB)).toBe(before / 2);
    expect(after(size, 5, 2 * MiB)).toBe(before);
    for (let broken = 0; broken < 20; broken += 1) {
      size.break(size.next(64 * MiB));
    }
    expect(size.next(64 * MiB)).toBe(SMALLEST_CHUNK);
  });

  it('takes it for a limit when connections break over large chunks only, time after time', () => {
    const size = new ChunkSize();
    const limit = 1 * MiB;
    let broken = 0;
    for (let sent = 0; sent < 60; sent += 1) {
      const bytes = size.next(64 * MiB);
      if (bytes > limit) {
        broken += 1;
        size.break(bytes);
      } else {
        size.learn(bytes, bytes / MiB);
      }
    }
    expect(broken).toBeLessThan(10);
    expect(size.next(64 * MiB)).toBeLessThanOrEqual(limit);
    expect(size.next(64 * MiB)).toBeGreaterThanOrEqual(limit / 2);
  });

  it('stays under a size that was refused, as long as there is anything smaller', () => {
    const size = new ChunkSize();
    expect(size.refuse(8 * MiB)).toBe(true);
    expect(after(size, 10, 500 * MiB)).toBe(4 * MiB);
    expect(size.refuse(1 * MiB)).toBe(true);
    expect(size.next(64 * MiB)).toBe(SMALLEST_CHUNK * 2);
    expect(size.refuse(SMALLEST_CHUNK * 2)).toBe(true);
    expect(size.next(64 * MiB)).toBe(SMALLEST_CHUNK);
    expect(size.refuse(SMALLEST_CHUNK)).toBe(false);
  });

  it('finds the limit of a proxy with few refusals, and tells what it found', () => {
    const told: number[] = [];
    const size = new ChunkSize(bytes => told.push(bytes));
    expect(refusals(size, 1 * MiB, 20)).toBeLessThanOrEqual(3);
    expect(size.next(64 * MiB)).toBeGreaterThan(MiB / 2);
    expect(told.at(-1)).toBe(size.next(64 * MiB));
  });

  it('seldom tries whether the limit is higher by now, and ever more seldom', () => {
    const size = new ChunkSize();
    refusals(size, 1 * MiB, 20);
    expect(refusals(size, 1 * MiB, 1_000)).toBeLessThanOrEqual(4);
  });

  it('begins where an earlier visit had to stop, and goes beyond when that has become possible', () => {
    const told: number[] = [];
    const size = new ChunkSize(bytes => told.push(bytes));
    size.expect(1 * MiB);
    expect(refusals(size, 2 * MiB, 60)).toBe(0);
    expect(size.next(64 * MiB)).toBe(1 * MiB);
    expect(refusals(size, 2 * MiB, 100)).toBeLessThanOrEqual(1);
    expect(size.next(64 * MiB)).toBe(2 * MiB);
    expect(new Set(told)).toEqual(new Set([2 * MiB]));
  });
});
