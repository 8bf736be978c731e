import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ChunkSize,
  FIRST_CHUNK,
  SMALLEST_CHUNK
} from '../../src/engine/sending/chunkSize';
import { throttled } from '../../src/engine/emitter';
import { advance } from '../../src/engine/queue/lifecycle';
import { TransportError } from '../../src/engine/wire';
import { Rate } from '../../src/engine/sending/rate';
import { Backoff, isRetryable } from '../../src/engine/retrying/policy';

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

describe('what is retried', () => {
  const retryable: [status: number, expected: boolean][] = [
    [0, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [409, true],
    [413, false],
    [415, false],
    [423, true],
    [429, false],
    [500, true],
    [501, false],
    [502, true],
    [503, true],
    [504, true],
    [507, false]
  ];

  it.each(retryable)('%i: %s', (status, expected) => {
    expect(isRetryable(new TransportError('', status, 'http'))).toBe(expected);
  });

  it('is what the server says, when it says something', () => {
    expect(isRetryable(new TransportError('', 503, 'x', false))).toBe(false);
    expect(isRetryable(new TransportError('', 400, 'x', true))).toBe(true);
  });

  it('is what comes with a time to wait', () => {
    const busy = new TransportError('', 429, 'http', undefined, {}, 5_000);
    expect(isRetryable(busy)).toBe(true);
    expect(new Backoff(() => 1).next(busy)).toBe(6_000);
  });

  it('is no programming error', () => {
    expect(isRetryable(new TypeError('x'))).toBe(false);
  });
});

describe('the wait before another attempt', () => {
  const outage = new TransportError('', 0, 'network');
  const locked = new TransportError('', 423, 'locked');

  it('may be any moment up to a limit that doubles, 30 s at most', () => {
    const longest = new Backoff(() => 1);
    const waits = Array.from({ length: 8 }, () => longest.next(outage));
    expect(waits).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000
    ]);
    expect(new Backoff(() => 0).next(outage)).toBe(0);
  });

  it('begins anew after progress', () => {
    const backoff = new Backoff(() => 1);
    backoff.next(outage);
    backoff.next(outage);
    backoff.reset();
    expect(backoff.next(outage)).toBe(1_000);
  });

  it('ends for what is no outage, and never for an outage', () => {
    const backoff = new Backoff(() => 1);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(backoff.next(locked)).not.toBeNull();
    }
    expect(backoff.next(locked)).toBeNull();
    expect(backoff.next(outage)).toBe(30_000);
  });
});

describe('the rate', () => {
  it('is unknown at first', () => {
    const rate = new Rate();
    expect(rate.at(0)).toBeNull();
    rate.restart(0, 1_000);
    rate.record(100, 2_000);
    expect(rate.at(100)).toBeNull();
  });

  it('is that of the last few seconds', () => {
    const rate = new Rate();
    rate.restart(0, 0);
    for (let second = 1; second <= 20; second += 1) {
      rate.record(second * 1_000, second <= 10 ? 0 : (second - 10) * 500);
    }
    expect(rate.at(20_000)).toBe(500);
  });

  it('does not count what was there before', () => {
    const rate = new Rate();
    rate.restart(0, 1_000_000);
    rate.record(1_000, 1_000_100);
    expect(rate.at(1_000)).toBe(100);
  });

  it('falls while nothing is recorded', () => {
    const rate = new Rate();
    rate.restart(0, 0);
    rate.record(1_000, 1_000);
    expect(rate.at(1_000)).toBe(1_000);
    expect(rate.at(4_000)).toBe(250);
    expect(rate.at(7_000)).toBe(0);
  });
});

describe('the lifecycle', () => {
  it('has no way back from what is over', () => {
    for (const state of ['done', 'skipped', 'cancelled'] as const) {
      expect(() => advance(state, 'queued')).toThrow(`from ${state} to queued`);
    }
  });
});

describe('throttled', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs soon after the first call, then once in an interval, and never within the call', () => {
    const action = vi.fn();
    const call = throttled(action, 100);
    call();
    call();
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(0);
    expect(action).toHaveBeenCalledTimes(1);
    call();
    vi.advanceTimersByTime(99);
    expect(action).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1_000);
    expect(action).toHaveBeenCalledTimes(2);
  });
});
