import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import type { ByteRange } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import type { ServerModel } from './serverModel';
import { networkError } from './serverModel';

const BLOCK = 1_000;
const SIZE = 9_500;

let server: ServerModel;
let page: Page;
let file: MemorySource;

beforeEach(() => {
  ({ server, page } = openPage());
  server.blockSize = BLOCK;
  file = new MemorySource('a', SIZE).withWhole();
});

/** What was sent, in order. */
function sent(): readonly (ByteRange | undefined)[] {
  return server.calls
    .filter(({ verb }) => verb === 'sendChunk')
    .map(({ range }) => range);
}

async function expectDone(): Promise<void> {
  await page.idle();
  expect(page.row('a').state).toBe('done');
  expect(server.holds('a', file.content)).toBe(true);
}

describe('a whole file', () => {
  it('goes in one request, and its digests are stated at the end', async () => {
    page.transfers.add([file], '');
    await expectDone();
    expect(sent()).toEqual([[0, SIZE]]);
    expect(server.composites).toHaveLength(1);
    expect(server.composites[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(server.count('status')).toBe(0);
  });

  it('is read for its digests while it goes', async () => {
    page.hasher.speed = 200;
    server.bandwidth = 100;
    const began = Date.now();
    page.transfers.add([file], '');
    await expectDone();
    expect(Date.now() - began).toBeLessThan(SIZE / 100 + 60);
  });

  it('goes without digests where the page can compute none', async () => {
    page.hasher.algorithms = [];
    page.transfers.add([file], '');
    await expectDone();
    expect(sent()).toEqual([[0, SIZE]]);
    expect(page.hasher.jobs).toEqual([]);
    expect(server.composites).toEqual([undefined]);
  });

  it('has only those blocks sent again that arrived damaged', async () => {
    server.damage = ({ verb, nth }) => verb === 'sendChunk' && nth === 1;
    page.transfers.add([file], '');
    await expectDone();
    expect(sent()[0]).toEqual([0, SIZE]);
    const again = sent().slice(1);
    expect(again.length).toBeGreaterThan(0);
    for (const range of again) {
      expect(range?.[1]).toBeLessThanOrEqual(BLOCK);
    }
  });

  it.each([0.3, 0.6, 0.9])(
    'goes on in chunks where the connection broke',
    async share => {
      page.transfers.add([file], '');
      await page.until(() => page.row('a').sent > share * SIZE - 1_000);
      server.down = true;
      await page.until(() => page.row('a').state === 'waiting');
      server.down = false;
      await expectDone();
      expect(
        sent().filter(range => range?.[1] === SIZE && range[0] === 0)
      ).toHaveLength(1);
      expect(server.resent).toEqual([]);
    }
  );

  it('goes on in chunks after a pause', async () => {
    page.transfers.add([file], '');
    await page.until(() => page.row('a').sent > SIZE / 3);
    const { key } = page.row('a');
    page.transfers.pause(key);
    await page.pass(100);
    page.transfers.resume(key);
    await expectDone();
    expect(server.resent).toEqual([]);
    expect(sent()[1]?.[0]).toBeGreaterThan(0);
  });

  it('is gone after a cancel', async () => {
    page.transfers.add([file], '');
    await page.until(() => page.row('a').sent > SIZE / 3);
    void page.transfers.cancel(page.row('a').key);
    await page.until(() => page.row('a').state === 'cancelled');
    await page.pass(100);
    expect(server.partials.size).toBe(0);
  });

  it('is finished by another page, which reads for itself what nobody has stated', async () => {
    page.transfers.add([file], '');
    await page.until(() => page.row('a').sent > SIZE / 2);
    page.close();
    await page.pass(100);
    const next = new Page(server);
    next.transfers.add([new MemorySource('a', SIZE).withWhole()], '');
    await next.idle();
    expect(next.row('a').state).toBe('done');
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
    expect(server.composites.at(-1)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that is too slow for a proxy goes on in chunks', async () => {
    server.bandwidth = SIZE / 600_000;
    page.transfers.add([file], '');
    await page.until(() => sent().length > 1, { atMost: 400_000, step: 500 });
    server.bandwidth = 100;
    await expectDone();
    expect(server.resent).toEqual([]);
  });

  it('that was removed from this computer fails', async () => {
    page.transfers.add([file], '');
    await page.until(() => page.row('a').sent > SIZE / 3);
    file.readable = false;
    await page.idle();
    expect(page.row('a').error?.reason).toBe('source_unreadable');
  });
});

describe('chunks instead', () => {
  async function expectChunks(): Promise<void> {
    page.transfers.add([file], '');
    await expectDone();
    expect(sent()).not.toContainEqual([0, SIZE]);
  }

  it('where the browser has no faster way for the file', async () => {
    file.whole = null;
    await expectChunks();
  });

  it.each(['h2', 'h3', null])('over %s', async protocol => {
    page.network.protocol = protocol;
    await expectChunks();
  });

  it('where the server wants none longer than a chunk', async () => {
    server.blockSize = null;
    await expectChunks();
  });

  it('of a file that is no longer than a block', async () => {
    server.blockSize = SIZE;
    await expectChunks();
  });

  it('into a bucket', async () => {
    server.partSize = 4 * BLOCK;
    await expectChunks();
  });

  it('where an earlier visit was refused a large body', async () => {
    page.resumeStore.learnt = { largestBody: 5_000 };
    page = new Page(server, undefined, page.resumeStore);
    await page.pass(1);
    await expectChunks();
  });

  it('where the link was slow the last time', async () => {
    page.resumeStore.learnt = { rate: SIZE / 61 };
    page = new Page(server, undefined, page.resumeStore);
    await page.pass(1);
    await expectChunks();
  });

  it('once a proxy refuses the whole', async () => {
    const limit = 400_000;
    server.chunkSize = 300_000;
    server.bandwidth = 10_000;
    server.blockSize = 300_000;
    server.fail(
      ({ range }) => range !== undefined && range[1] - range[0] > limit,
      'before',
      new TransportError('Too large', 413, 'http')
    );
    const files = ['a', 'b'].map(name =>
      new MemorySource(name, 700_000).withWhole()
    );
    for (const each of files) {
      page.transfers.add([each], '');
      await page.idle();
      expect(server.holds(each.name, each.content)).toBe(true);
    }
    const whole = sent().filter(
      range => range?.[1] === 700_000 && range[0] === 0
    );
    expect(whole).toHaveLength(1);
  });
});

it('a link that breaks again and again costs no byte twice', async () => {
  let cut = 0;
  server.fault = ({ verb }) =>
    verb === 'sendChunk' && (cut += 1) % 3 === 1
      ? { when: 'after', error: networkError() }
      : undefined;
  page.transfers.add([file], '');
  await expectDone();
  expect(server.resent).toEqual([]);
});
