import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SourceMismatchError } from '../../src/engine/ports';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
});

describe('after a reload', () => {
  const file = new MemorySource('a', 50_000);

  beforeEach(async () => {
    page.transfers.add([file], 'data');
    await page.pass(100);
    page.close();
    await vi.advanceTimersByTimeAsync(100);
    page = new Page(server);
  });

  it('shows what is unfinished, and goes on with the same file', async () => {
    const before = server.count('sendChunk');
    const there = server.partials.get('upload-1')?.listed.received_bytes;
    void page.transfers.restore();
    await page.pass(50);
    expect(page.row('a')).toMatchObject({
      state: 'unfinished',
      folder: 'data',
      size: 50_000,
      sent: there,
      can: { pause: false, resume: true, cancel: true, retry: false }
    });
    expect(there).toBeGreaterThan(5_000);
    expect(page.transfers.busy).toBe(false);
    expect(server.count('sendChunk')).toBe(before);
    page.transfers.resume(page.row('a').key, file);
    await page.idle();
    expect(server.holds('data/a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('refuses another file', async () => {
    void page.transfers.restore();
    await page.pass(50);
    const { key } = page.row('a');
    for (const other of [
      new MemorySource('b', 50_000),
      new MemorySource('a', 50_001),
      new MemorySource('a', 50_000, 1)
    ]) {
      expect(() => page.transfers.resume(key, other)).toThrow(
        SourceMismatchError
      );
    }
    expect(() => page.transfers.resume(key)).toThrow(SourceMismatchError);
    expect(page.row('a').state).toBe('unfinished');
  });

  it('goes on in the same row when the same file is added', async () => {
    void page.transfers.restore();
    await page.pass(50);
    const [added] = page.transfers.add([file], 'data');
    expect(added?.key).toBe(page.row('a').key);
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(server.count('create')).toBe(1);
    expect(server.resent).toEqual([]);
  });

  it('goes on when the same file is added before anything was restored', async () => {
    page.transfers.add([file], 'data');
    void page.transfers.restore();
    await page.idle();
    await page.pass(100);
    expect(page.states).toEqual(['done']);
    expect(server.count('create')).toBe(1);
    expect(server.resent).toEqual([]);
  });

  it('begins a new upload for a file that was changed since', async () => {
    const changed = new MemorySource('a', 50_000, 1);
    page.transfers.add([changed], 'data');
    await page.idle();
    expect(server.count('create')).toBe(2);
  });

  it('can cancel what is unfinished', async () => {
    void page.transfers.restore();
    await page.pass(50);
    void page.transfers.cancel(page.row('a').key);
    await page.pass(50);
    expect(server.partials.size).toBe(0);
  });

  it('shows nothing twice', async () => {
    void page.transfers.restore();
    await page.pass(50);
    void page.transfers.restore();
    await page.pass(50);
    expect(page.states).toEqual(['unfinished']);
    page.transfers.add([file], 'data');
    await page.pass(30);
    void page.transfers.restore();
    await page.pass(50);
    expect(page.states).toEqual(['uploading']);
    await page.idle();
  });
});

describe('two transfers of the same file', () => {
  it('never share an upload', async () => {
    const file = new MemorySource('a', 20_000);
    page.transfers.add([file], '');
    await page.pass(40);
    page.transfers.add([file], '');
    await page.until(() => page.questions.length > 0);
    expect(server.count('create')).toBe(2);
    page.questions[0]?.answer('rename');
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.holds('a (1)', file.content)).toBe(true);
  });
});
