import { describe, expect, it } from 'vitest';
import { Backoff, isRetryable } from '../../src/engine/retrying/policy';
import { TransportError } from '../../src/engine/wire';

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
