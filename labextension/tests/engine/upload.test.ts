import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
});

describe('sending', () => {
  it('brings a file to its folder unchanged', async () => {
    const file = new MemorySource('a.bin', 12_345);
    page.transfers.add([file], 'data/run 7');
    await page.idle();
    expect(server.holds('data/run 7/a.bin', file.content)).toBe(true);
    expect(page.row('a.bin')).toMatchObject({
      state: 'done',
      folder: 'data/run 7',
      path: 'data/run 7/a.bin',
      sent: 12_345
    });
    expect(server.resent).toEqual([]);
    expect(server.partials.size).toBe(0);
  });

  it('brings an empty file without a chunk', async () => {
    page.transfers.add([new MemorySource('empty', 0)], '');
    await page.idle();
    expect(server.files.get('empty')).toEqual(new Uint8Array(0));
    expect(server.count('sendChunk')).toBe(0);
  });

  it('keeps several files and several chunks of each in flight, but not too many', async () => {
    const files = Array.from(
      { length: 8 },
      (_, index) => new MemorySource(`f${index}`, 20_000 + index)
    );
    page.transfers.add(files, '');
    await page.pass(100);
    expect(page.states.filter(state => state === 'uploading')).toHaveLength(3);
    expect(page.states.filter(state => state === 'queued')).toHaveLength(5);
    await page.idle();
    for (const file of files) {
      expect(server.holds(file.name, file.content)).toBe(true);
    }
    expect(server.mostChunks).toBe(3);
  });

  it('keeps to the number of chunks that the server wants of one upload', async () => {
    server.parallel = 1;
    page.transfers.add([new MemorySource('a', 9_000)], '');
    await page.idle();
    expect(server.mostChunksOfOne).toBe(1);
  });

  it('asks once for the unfinished uploads of all files picked together', async () => {
    page.transfers.add(
      [new MemorySource('a', 10), new MemorySource('b', 10)],
      ''
    );
    await page.idle();
    expect(server.count('list')).toBe(1);
  });

  it('sends smaller chunks when a proxy refuses large ones', async () => {
    const limit = 1_200_000;
    server.chunkSize = 10_000_000;
    server.bandwidth = 100_000;
    server.fault = ({ range }) =>
      range !== undefined && range[1] - range[0] > limit
        ? { when: 'before', error: new TransportError('', 413, 'http') }
        : undefined;
    const file = new MemorySource('a', 9_000_000);
    page.transfers.add([file], '');
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(server.holds('a', file.content)).toBe(true);
    const { largestBody } = page.resumeStore.learnt;
    expect(largestBody).toBeGreaterThan(limit / 4);
    expect(largestBody).toBeLessThanOrEqual(limit);

    // The next visit begins with what this one learnt.
    const before = server.calls.length;
    page = new Page(server, undefined, page.resumeStore);
    page.transfers.add([new MemorySource('b', 9_000_000)], '');
    await page.idle();
    for (const { range } of server.calls.slice(before)) {
      const [start, end] = range ?? [0, 0];
      expect(end - start).toBeLessThanOrEqual(limit);
    }
  });

  it('fails at once when the server says that the file is too large', async () => {
    server.fault = ({ verb }) =>
      verb === 'create'
        ? {
            when: 'before',
            error: new TransportError('Too large', 413, 'too_large', false)
          }
        : undefined;
    page.transfers.add([new MemorySource('a', 10)], '');
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'too_large', message: 'Too large' }
    });
  });
});

describe('what it tells', () => {
  it('tells of each arrival once, with the final path', async () => {
    const arrivals: string[] = [];
    page.transfers.finished.subscribe(({ path }) => arrivals.push(path));
    page.transfers.add(
      [new MemorySource('a', 10), new MemorySource('b', 10)],
      'd'
    );
    await page.idle();
    expect(arrivals.sort()).toEqual(['d/a', 'd/b']);
  });

  it('tells of changes at most four times a second', async () => {
    server.bandwidth = 5;
    server.chunkSize = 400;
    let told = 0;
    page.transfers.changed.subscribe(() => (told += 1));
    page.transfers.add([new MemorySource('a', 100_000)], '');
    await page.pass(2_000);
    expect(told).toBeGreaterThan(4);
    expect(told).toBeLessThanOrEqual(9);
  });

  it('keeps a snapshot until something of it changes', async () => {
    page.transfers.add([new MemorySource('a', 10)], '');
    await page.idle();
    const before = page.transfers.transfers;
    page.transfers.add([new MemorySource('b', 10)], '');
    expect(page.transfers.transfers[0]).toBe(before[0]);
    expect(page.transfers.transfers).not.toBe(before);
    expect(page.transfers.transfers).toBe(page.transfers.transfers);
  });

  it('tells rate and time left, and lets the rate fall when nothing moves', async () => {
    server.bandwidth = 10;
    page.transfers.add([new MemorySource('a', 400_000)], '');
    await page.pass(3_000);
    const { rate, timeLeft, sent } = page.row('a');
    // Three chunks at 10 bytes/ms each, less the round trips.
    expect(rate).toBeGreaterThan(20_000);
    expect(rate).toBeLessThan(31_000);
    expect(timeLeft).toBeCloseTo((400_000 - sent) / (rate ?? 0), 5);
    expect(page.transfers.totals).toMatchObject({ rate, timeLeft });
    server.bandwidth = 0.001;
    await page.pass(8_000);
    expect(page.row('a').rate).toBe(0);
    expect(page.row('a').timeLeft).toBeNull();
  });

  it('is busy while something moves or is about to', async () => {
    expect(page.transfers.busy).toBe(false);
    page.transfers.add([new MemorySource('a', 10)], '');
    expect(page.transfers.busy).toBe(true);
    await page.idle();
    expect(page.transfers.busy).toBe(false);
  });

  it('sums up what is under way, done and failed', async () => {
    page.transfers.add([new MemorySource('a', 1_000)], '');
    page.transfers.add([new MemorySource('b', 500_000)], '');
    await page.until(() => page.row('a').state === 'done');
    server.down = true;
    await page.pass(200);
    expect(page.transfers.totals).toMatchObject({
      files: 2,
      active: 1,
      done: 1,
      failed: 0,
      size: 501_000
    });
  });

  it('sums up only what is being worked on, or was last', async () => {
    page.transfers.add([new MemorySource('a', 1_000)], '');
    await page.idle();
    expect(page.transfers.totals).toMatchObject({ files: 1, size: 1_000 });
    page.transfers.add([new MemorySource('b', 500)], '');
    expect(page.transfers.totals).toMatchObject({ files: 1, size: 500 });
    await page.idle();
    expect(page.transfers.totals).toMatchObject({ done: 1, size: 500 });
    expect(page.transfers.transfers).toHaveLength(2);
  });

  it('survives a listener that throws', async () => {
    const complaint = vi.spyOn(console, 'error').mockReturnValue();
    const boom = new Error('listener');
    page.transfers.finished.subscribe(() => {
      throw boom;
    });
    const second = vi.fn();
    page.transfers.finished.subscribe(second);
    page.transfers.add([new MemorySource('a', 10)], '');
    await page.idle();
    expect(second).toHaveBeenCalledOnce();
    expect(complaint).toHaveBeenCalledWith(boom);
    complaint.mockRestore();
  });

  it('takes what is over off the list, and nothing else', async () => {
    page.transfers.add([new MemorySource('a', 10)], '');
    await page.idle();
    page.transfers.add([new MemorySource('b', 10)], '');
    page.transfers.clearFinished();
    expect(page.transfers.transfers.map(({ name }) => name)).toEqual(['b']);
    await page.idle();
  });
});
