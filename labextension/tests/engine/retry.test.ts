import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Retry } from '../../src/engine/retrying/retry';
import { TransportError } from '../../src/engine/wire';

const busy = new TransportError('', 423, 'locked', true);

let told: string[];
let retry: Retry;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  told = [];
  retry = new Retry({
    random: () => 1,
    onWaiting: (_, retryAt) => told.push(`waiting until ${retryAt}`),
    onRunning: () => told.push('running')
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A request that fails so often, each time after so many milliseconds. */
function failing(times: number, after: number): () => Promise<number> {
  let sent = 0;
  return async () => {
    sent += 1;
    await new Promise(resolve => setTimeout(resolve, after));
    if (sent <= times) {
      throw busy;
    }
    return sent;
  };
}

it('tells that it waits once nothing moves, and then goes on with all requests together', async () => {
  const both = Promise.all([
    retry.run(failing(1, 100)),
    retry.run(failing(1, 300))
  ]);
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(800);
  expect(told).toEqual(['waiting until 1100']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual(['waiting until 1100', 'running']);
  expect(await both).toEqual([2, 2]);
});

it('goes on at once when it is told to', async () => {
  const sent = retry.run(failing(3, 0));
  for (let turn = 0; turn < 4; turn += 1) {
    await vi.advanceTimersByTimeAsync(1);
    retry.retryNow();
  }
  await vi.advanceTimersByTimeAsync(1);
  expect(await sent).toBe(4);
  expect(Date.now()).toBeLessThan(10);
});

it('ends after so many attempts, and when it is stopped', async () => {
  const limited = new Retry({ random: () => 0, attempts: 3 });
  const given = limited.run(failing(3, 0)).catch((error: unknown) => error);
  const stop = new AbortController();
  const stopped = retry
    .run(failing(9, 0), stop.signal)
    .catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(100);
  expect(await given).toBe(busy);
  stop.abort();
  expect(await stopped).toMatchObject({ name: 'AbortError' });
});
