import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { MemoryResumeStore } from './memoryResumeStore';
import { openPage, Page } from './page';
import type { ServerModel } from './serverModel';

/** Every request is limited for itself, so that many bring more. */
const BANDWIDTH = 100;
const CHUNK = 100_000;
const file = new MemorySource('a', 12_000_000);

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
  Object.assign(server, {
    parallel: 32,
    chunkSize: CHUNK,
    bandwidth: BANDWIDTH
  });
  page.network.protocol = 'h2';
});

/** Chunks in flight when many are. */
async function untilMany(): Promise<void> {
  page.transfers.add([file], '');
  await page.until(() => server.mostChunks > 16, { step: 50 });
}

async function untilDone(): Promise<void> {
  await page.idle({ step: 50 });
  expect(page.states).toEqual(['done']);
  expect(server.holds('a', file.content)).toBe(true);
}

describe('many chunks in flight', () => {
  it('are what a file over HTTP/2 comes to, where each is held back for itself', async () => {
    page.transfers.add([file], '');
    await page.pass(1_000);
    expect(server.mostChunks).toBe(3);
    expect(page.row('a').isHeldByWindow).toBe(false);
    await untilDone();
    expect(server.mostChunks).toBeGreaterThan(20);
    expect(server.mostChunks).toBeLessThanOrEqual(32);
    expect(page.row('a').isHeldByWindow).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('are remembered for the next visit', async () => {
    await untilMany();
    await untilDone();
    const { chunksAtOnce } = page.resumeStore.learnt;
    expect(chunksAtOnce).toBeGreaterThan(16);

    page = new Page(server, undefined, page.resumeStore);
    page.network.protocol = 'h2';
    server.mostChunks = 0;
    page.transfers.add([new MemorySource('b', 5_000_000)], '');
    await page.pass(500);
    expect(server.mostChunks).toBe(chunksAtOnce);
  });

  it.each([1, 2, 8])(
    'are never more than the server takes of an upload: %i',
    async parallel => {
      server.parallel = parallel;
      page.transfers.add([file], '');
      await untilDone();
      expect(server.mostChunksOfOne).toBe(parallel);
    }
  );

  it('are five over HTTP/1.1', async () => {
    page.network.protocol = 'http/1.1';
    page.transfers.add([file], '');
    await untilDone();
    expect(server.mostChunks).toBe(5);
    expect(page.row('a').isHeldByWindow).toBe(false);
  });

  it('are digested one ahead', async () => {
    await untilMany();
    const begun = server.count('sendChunk');
    expect(page.hasher.jobs.length).toBeLessThanOrEqual(begun + 2);
  });

  it('all stop when a person pauses, and go on', async () => {
    await untilMany();
    page.transfers.pauseAll();
    const begun = server.count('sendChunk');
    await page.pass(10_000, 50);
    expect(server.count('sendChunk')).toBe(begun);
    page.transfers.resumeAll();
    await untilDone();
    expect(server.resent).toEqual([]);
  });

  it('leave nothing behind when a person cancels', async () => {
    await untilMany();
    await Promise.all([
      page.transfers.cancel(page.row('a').key),
      page.pass(5_000, 50)
    ]);
    expect(page.states).toEqual(['cancelled']);
    expect(server.partials.size).toBe(0);
  });

  it('are cut anew when a proxy refuses them all as too large', async () => {
    const limit = 300_000;
    server.chunkSize = 2 * limit;
    server.fault = ({ range }) =>
      range !== undefined && range[1] - range[0] > limit
        ? { when: 'before', error: new TransportError('', 413, 'http') }
        : undefined;
    const resumeStore = new MemoryResumeStore();
    resumeStore.learnt = { chunksAtOnce: 16 };
    page = new Page(server, undefined, resumeStore);
    page.network.protocol = 'h2';
    page.transfers.add([file], '');
    await untilDone();
    expect(server.mostChunks).toBeGreaterThanOrEqual(16);
    const refused = server.calls.filter(
      ({ range: [start, end] = [0, 0] }) => end - start > limit
    );
    // Those in flight, and what was digested already.
    expect(refused.length).toBeLessThanOrEqual(18);
    expect(page.resumeStore.learnt.largestBody).toBeLessThanOrEqual(limit * 10);
  });

  it('are fewer after a fault, and each is sent again in its place', async () => {
    await untilMany();
    const { nth = 0 } =
      server.calls.filter(({ verb }) => verb === 'sendChunk').at(-1) ?? {};
    server.fault = call =>
      call.verb === 'sendChunk' && call.nth % 7 === 0 && call.nth > nth
        ? {
            when: 'before',
            error: new TransportError('', 503, 'gateway', undefined)
          }
        : undefined;
    await untilDone();
    expect(server.resent).toEqual([]);
  });

  it('all break together, and what had arrived is not sent again', async () => {
    await untilMany();
    server.down = true;
    await page.pass(3_000, 50);
    server.down = false;
    await untilDone();
    expect(server.resent).toEqual([]);
  });
});
