import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import type { ByteRange } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import { networkError } from './serverModel';
import type { ServerModel, Verb } from './serverModel';

const PART = 5_000;

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
  server.partSize = PART;
  server.chunkSize = 2_000;
  server.direct = true;
});

/** What went one way, in order of start. */
function sent(verb: Verb): ByteRange[] {
  return server.calls
    .flatMap(call =>
      call.verb === verb && call.range !== undefined ? [call.range] : []
    )
    .sort((a, b) => a[0] - b[0]);
}

/** A refusal of the store itself. */
function refusal(
  status: number,
  reason: string,
  retryable: boolean
): TransportError {
  return new TransportError('The store said no', status, reason, retryable);
}

describe('parts straight to the store', () => {
  it('are whole, and nothing of the file goes through the server', async () => {
    const file = new MemorySource('a', 23_000);
    page.transfers.add([file], 'd', 'lab');
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'done',
      destination: 'lab',
      folder: 'd',
      path: 'd/a',
      sent: 23_000
    });
    expect(sent('sendPart')).toEqual([
      [0, 5_000],
      [5_000, 10_000],
      [10_000, 15_000],
      [15_000, 20_000],
      [20_000, 23_000]
    ]);
    expect(server.count('sendChunk')).toBe(0);
    expect(server.holds('lab:d/a', file.content)).toBe(true);
    expect(server.composites[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are several at once, as many as the server allows', async () => {
    page.transfers.add([new MemorySource('a', 60_000)], '', 'lab');
    await page.idle();
    expect(server.mostChunks).toBe(3);
  });

  it('stop when paused, and none is sent twice', async () => {
    const file = new MemorySource('a', 60_000);
    page.transfers.add([file], '', 'lab');
    await page.until(() => page.row('a').sent > 20_000);
    page.transfers.pause(page.row('a').key);
    await page.pass(1_000);
    const { length } = server.calls;
    await page.pass(10_000);
    expect(server.calls).toHaveLength(length);
    page.transfers.resume(page.row('a').key);
    await page.idle();
    expect(server.holds('lab:a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
    expect(server.count('sendChunk')).toBe(0);
  });

  it('go on after the page was closed, from what the server knows', async () => {
    const file = new MemorySource('a', 60_000);
    page.transfers.add([file], '', 'lab');
    await page.until(() => page.row('a').sent > 30_000);
    page.close();
    await page.pass(100);
    const later = new Page(server);
    await Promise.all([later.transfers.restore(), later.pass(50)]);
    expect(later.row('a')).toMatchObject({
      state: 'unfinished',
      destination: 'lab'
    });
    later.transfers.add([file], '', 'lab');
    await later.idle();
    expect(server.holds('lab:a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('are sent again when the store finds them damaged', async () => {
    const file = new MemorySource('a', 20_000);
    server.damage = ({ verb, nth }) => verb === 'sendPart' && nth % 2 === 1;
    page.transfers.add([file], '', 'lab');
    await page.idle();
    expect(page.row('a').state).toBe('done');
    expect(server.holds('lab:a', file.content)).toBe(true);
  });

  it.each([
    [503, 'slow_down'],
    [500, 'slow_down'],
    [400, 'store_unreachable']
  ])('wait when the store is busy: %i %s', async (status, reason) => {
    server.fault = ({ verb, nth }) =>
      verb === 'sendPart' && nth <= 3
        ? { when: 'before', error: refusal(status, reason, true) }
        : undefined;
    page.transfers.add([new MemorySource('a', 20_000)], '', 'lab');
    await page.until(() => page.row('a').state === 'waiting');
    expect(page.row('a').error).toMatchObject({ reason });
    await page.idle();
    expect(page.row('a').state).toBe('done');
    expect(server.count('sendChunk')).toBe(0);
  });

  it.each(['access_denied', 'credentials_expired', 'bucket_missing'])(
    'fail with what a person has to mend, and can be retried: %s',
    async reason => {
      let broken = true;
      server.fault = ({ verb }) =>
        broken && verb === 'sendPart'
          ? { when: 'before', error: refusal(403, reason, false) }
          : undefined;
      page.transfers.add([new MemorySource('a', 20_000)], '', 'lab');
      await page.idle();
      expect(page.row('a')).toMatchObject({
        state: 'failed',
        error: { reason },
        can: { retry: true }
      });
      broken = false;
      page.transfers.retry(page.row('a').key);
      await page.idle();
      expect(page.row('a').state).toBe('done');
    }
  );

  it('wait out an outage of the network', async () => {
    const file = new MemorySource('a', 40_000);
    page.transfers.add([file], '', 'lab');
    await page.until(() => page.row('a').sent > 10_000);
    server.down = true;
    await page.pass(20_000);
    expect(page.row('a').state).toBe('waiting');
    server.down = false;
    await page.idle();
    expect(server.holds('lab:a', file.content)).toBe(true);
    expect(server.count('sendChunk')).toBe(0);
  });

  it('say that the file can’t be read, when it is that', async () => {
    const file = new MemorySource('a', 40_000);
    page.transfers.add([file], '', 'lab');
    await page.until(() => page.row('a').sent > 10_000);
    file.readable = false;
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'source_unreadable' }
    });
  });

  it('begin anew, once, when the store has lost what was sent', async () => {
    const file = new MemorySource('a', 20_000);
    server.fault = ({ verb, nth }) =>
      verb === 'sendPart' && nth === 2
        ? { when: 'before', error: refusal(404, 'not_found', false) }
        : undefined;
    page.transfers.add([file], '', 'lab');
    await page.idle();
    expect(page.row('a').state).toBe('done');
    expect(server.count('create')).toBe(2);
    // The server would have listed the first one for days.
    expect(server.partials.size).toBe(0);
    expect(server.holds('lab:a', file.content)).toBe(true);
  });
});

describe('a store that does not speak to the page', () => {
  it('gets everything through the server, in chunks that keep to its parts', async () => {
    server.open = false;
    const file = new MemorySource('a', 13_000);
    page.transfers.add([file], '', 'lab');
    await page.idle();
    expect(server.count('sendPart')).toBe(0);
    expect(sent('sendChunk')).toEqual([
      [0, 2_000],
      [2_000, 4_000],
      [4_000, 5_000],
      [5_000, 7_000],
      [7_000, 9_000],
      [9_000, 10_000],
      [10_000, 12_000],
      [12_000, 13_000]
    ]);
    expect(server.holds('lab:a', file.content)).toBe(true);
  });

  it('gets whole parts through the server, where chunks may be as large', async () => {
    server.direct = false;
    server.chunkSize = 64_000;
    page.transfers.add([new MemorySource('a', 13_000)], '', 'lab');
    await page.idle();
    expect(sent('sendChunk')).toEqual([
      [0, 5_000],
      [5_000, 10_000],
      [10_000, 13_000]
    ]);
  });

  it('may turn out to be one in the middle: the rest goes through the server, at once', async () => {
    const file = new MemorySource('a', 60_000);
    const states = new Set<string>();
    page.transfers.changed.subscribe(() => states.add(page.row('a').state));
    page.transfers.add([file], '', 'lab');
    await page.until(() => page.row('a').sent > 20_000);
    server.open = false;
    await page.idle();
    expect(page.row('a').state).toBe('done');
    expect(states).not.toContain('waiting');
    expect(server.count('sendChunk')).toBeGreaterThan(0);
    expect(server.resent).toEqual([]);
    expect(server.holds('lab:a', file.content)).toBe(true);
  });

  it('gets the rest of a part through the server that was begun that way', async () => {
    server.open = false;
    const file = new MemorySource('a', 30_000);
    page.transfers.add([file], '', 'lab');
    await page.until(() => page.row('a').sent > 7_000);
    page.transfers.pause(page.row('a').key);
    await page.pass(1_000);
    server.open = true;
    const there = [...server.partials.values()][0]?.listed.received;
    const reached = there?.[0]?.[1] ?? 0;
    expect(reached % PART).not.toBe(0);
    page.transfers.resume(page.row('a').key);
    await page.idle();
    const border = reached - (reached % PART) + PART;
    expect(sent('sendChunk').at(-1)?.[1]).toBe(border);
    expect(sent('sendPart')[0]?.[0]).toBe(border);
    expect(server.holds('lab:a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });
});

describe('the size of chunks', () => {
  it('is learnt from those through the server only', async () => {
    // By a slow link to the store: at that speed they would be half as large.
    server.bandwidth = 0.5;
    page.transfers.add([new MemorySource('a', 10_000)], '', 'lab');
    await page.idle();
    server.bandwidth = 10_000;
    server.direct = false;
    server.partSize = null;
    server.chunkSize = 2 ** 20;
    page.transfers.add([new MemorySource('b', 2 ** 19)], '', 'home');
    await page.idle();
    expect(server.count('sendChunk')).toBe(1);
  });

  it('does not shrink because the server’s store is busy', async () => {
    server.direct = false;
    server.partSize = null;
    server.chunkSize = 2 ** 20;
    server.bandwidth = 10_000;
    const size = 2 ** 19;
    server.fault = ({ verb, nth }) =>
      verb === 'sendChunk' && nth <= 2
        ? { when: 'before', error: refusal(503, 'store_unreachable', true) }
        : undefined;
    page.transfers.add([new MemorySource('a', size)], '', 'lab');
    await page.idle();
    expect(sent('sendChunk')).toEqual([
      [0, size],
      [0, size],
      [0, size]
    ]);
  });

  it('shrinks because the connection breaks', async () => {
    server.direct = false;
    server.partSize = null;
    server.chunkSize = 2 ** 20;
    server.bandwidth = 10_000;
    server.fault = ({ verb, nth }) =>
      verb === 'sendChunk' && nth === 1
        ? { when: 'before', error: networkError() }
        : undefined;
    page.transfers.add([new MemorySource('a', 2 ** 19)], '', 'lab');
    await page.idle();
    expect(sent('sendChunk')).toHaveLength(3);
  });
});
