import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SourceMismatchError } from '../../src/engine/model';
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

  it('begins a new upload for a file that was changed since, and says so of the old one', async () => {
    void page.transfers.restore();
    await page.pass(50);
    const [old] = page.transfers.transfers;
    const changed = new MemorySource('a', 50_000, 1);
    const [added] = page.transfers.add([changed], 'data');
    expect(added?.key).not.toBe(old?.key);
    await page.idle();
    expect(server.count('create')).toBe(2);
    expect(server.holds('data/a', changed.content)).toBe(true);
    expect(page.transfers.transfers[0]).toMatchObject({
      key: old?.key,
      state: 'unfinished',
      sent: old?.sent,
      error: { reason: 'source_changed' }
    });
    expect(server.partials.size).toBe(1);
  });

  it('says so too when the changed file comes before anything was restored', async () => {
    const changed = new MemorySource('a', 50_000, 1);
    page.transfers.add([changed], 'data');
    void page.transfers.restore();
    await page.idle();
    expect(page.transfers.transfers).toMatchObject([
      { state: 'done' },
      { state: 'unfinished', error: { reason: 'source_changed' } }
    ]);
  });

  it('says that the file was changed when it is picked for the old upload', async () => {
    void page.transfers.restore();
    await page.pass(50);
    const { key } = page.row('a');
    const changed = new MemorySource('a', 50_000, 1);
    expect(() => page.transfers.resume(key, changed)).toThrow(
      SourceMismatchError
    );
    expect(page.row('a').error?.reason).toBe('source_changed');
    page.transfers.resume(key, file);
    await page.idle();
    expect(page.row('a')).toMatchObject({ state: 'done', error: null });
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

describe('an upload whose creation was not answered', () => {
  it('is not shared with a transfer of the same file that found it in the list', async () => {
    const file = new MemorySource('a', 20_000);
    server.fail(({ verb, nth }) => verb === 'create' && nth === 1, 'after');
    page.transfers.add([file], '');
    await page.until(() => page.row('a').state === 'waiting');
    page.transfers.pauseAll();
    const [other] = page.transfers.add([file], '');
    await page.until(() => page.transfers.transfers[1]?.state === 'uploading');
    await page.pass(30);
    page.transfers.resumeAll();
    await page.until(() => page.questions.length > 0);
    expect(page.questions[0]?.transfer.key).not.toBe(other?.key);
    page.questions[0]?.answer('rename');
    await page.idle();
    expect(server.created).toBe(2);
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.holds('a (1)', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });
});

describe('a file that the browser keeps', () => {
  const file = new MemorySource('a', 50_000, 1_790_000_000_000, {});

  async function visitAgain(): Promise<void> {
    page.close();
    await page.pass(50);
    page = new Page(server, undefined, page.resumeStore);
    void page.transfers.restore();
    await page.pass(50);
  }

  beforeEach(async () => {
    page.transfers.add([file], '');
    await page.pass(100);
  });

  it('goes on without being picked again', async () => {
    await visitAgain();
    expect(page.row('a')).toMatchObject({
      state: 'unfinished',
      remembered: true
    });
    expect(await page.transfers.resumeRemembered(page.row('a').key)).toBe(true);
    await page.idle();
    expect(page.row('a').state).toBe('done');
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('must be picked when it can’t be had', async () => {
    await visitAgain();
    page.resumeStore.allowed = false;
    expect(await page.transfers.resumeRemembered(page.row('a').key)).toBe(
      false
    );
    expect(page.row('a').state).toBe('unfinished');
    page.transfers.resume(page.row('a').key, file);
    await page.idle();
    expect(page.row('a').state).toBe('done');
  });

  it('is not mixed with what it was before it changed', async () => {
    await visitAgain();
    page.resumeStore.files.set('upload-1', new MemorySource('a', 50_000, 7));
    await expect(
      page.transfers.resumeRemembered(page.row('a').key)
    ).rejects.toThrow(SourceMismatchError);
    expect(page.row('a')).toMatchObject({
      state: 'unfinished',
      error: { reason: 'source_changed' }
    });
  });

  it('is kept while it is unfinished, and no longer', async () => {
    expect(page.resumeStore.files.size).toBe(1);
    page.transfers.pauseAll();
    expect(page.resumeStore.files.size).toBe(1);
    page.transfers.resumeAll();
    await page.idle();
    expect(page.resumeStore.files.size).toBe(0);
    page.transfers.add([new MemorySource('b', 50_000, 1, {})], '');
    await page.pass(100);
    expect(page.resumeStore.files.size).toBe(1);
    void page.transfers.cancel(page.row('b').key);
    await page.pass(100);
    expect(page.resumeStore.files.size).toBe(0);
  });

  it('is not to be had where it was never kept', async () => {
    page.resumeStore.files.clear();
    await visitAgain();
    expect(page.row('a').remembered).toBe(false);
    expect(await page.transfers.resumeRemembered(page.row('a').key)).toBe(
      false
    );
  });
});
