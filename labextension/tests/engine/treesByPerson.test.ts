import { beforeEach, describe, expect, it } from 'vitest';
import { MemorySource } from './memorySource';
import type { Page } from './page';
import { openPage } from './page';
import type { ServerModel } from './serverModel';
import { expectAll, MemoryTree } from './treeModel';

const MiB = 1024 * 1024;

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
  server.bandwidth = 10_000;
});

function add(tree: MemoryTree): string {
  return page.transfers.addTree(tree, 'home').key;
}

describe('a person', () => {
  it('pauses and goes on: nothing is sent twice', async () => {
    server.bandwidth = 10;
    const tree = MemoryTree.of('set', 600, 100);
    const key = add(tree);
    for (let turn = 0; turn < 5; turn += 1) {
      await page.pass(60);
      page.transfers.pause(key);
      expect(page.row('set').state).toBe('paused');
      await page.pass(100);
      page.transfers.resume(key);
    }
    await page.idle();
    expectAll(server, tree);
    expect(server.batches.written).toHaveLength(600);
    expect(tree.listings).toBe(1);
  });

  it('pauses and cancels large files, of which nothing stays', async () => {
    const tree = new MemoryTree('set', { large: 9 * MiB });
    server.chunkSize = MiB;
    server.bandwidth = 2_000;
    const key = add(tree);
    await page.until(() => server.partials.size === 1);
    await page.pass(500);
    page.transfers.pause(key);
    await page.pass(100);
    expect(server.partials.size).toBe(1);
    page.transfers.resume(key);
    await page.until(() => page.row('set').acknowledged > 0);
    expect(server.created).toBe(1);
    const cancelled = page.transfers.cancel(key);
    await page.pass(1_000);
    await cancelled;
    expect(server.partials.size).toBe(0);
    expect(page.row('set').state).toBe('cancelled');
  });

  it('retries folders, too', async () => {
    const tree = MemoryTree.of('set', 10, 100);
    let isRefused = true;
    server.batches.refuseFolder = () =>
      isRefused ? { reason: 'folder_missing', message: 'A file' } : undefined;
    const key = add(tree);
    await page.idle();
    expect(page.row('set')).toMatchObject({
      state: 'failed',
      tree: { failed: 1, new: 10 }
    });
    isRefused = false;
    page.transfers.retry(key);
    await page.idle();
    expect(page.row('set')).toMatchObject({
      state: 'done',
      tree: { failed: 0, files: 10 }
    });
  });

  it('cancels, and has what arrived taken back', async () => {
    server.bandwidth = 10;
    const tree = MemoryTree.of('set', 600, 100);
    const key = add(tree);
    await page.until(() => (page.row('set').tree?.new ?? 0) > 200);
    const [changed] = server.files.keys();
    server.files.set(changed ?? '', new Uint8Array(3));
    const cancelled = page.transfers.cancel(key, { removesArrived: true });
    await page.pass(1_000);
    await cancelled;
    // What somebody changed since is theirs.
    expect([...server.files.keys()]).toEqual([changed]);
  });

  it('adds a folder again that failed, or was cancelled: what is there counts', async () => {
    server.bandwidth = 10;
    const tree = MemoryTree.of('set', 600, 100);
    const key = add(tree);
    await page.until(() => server.batches.written.length > 100);
    await page.transfers.cancel(key);
    add(tree);
    await page.idle();
    expectAll(server, tree);
    expect(page.treeQuestions).toEqual([]);
    expect(page.transfers.transfers).toHaveLength(1);
    expect(server.batches.written).toHaveLength(600);
  });

  it('picks many files side by side: they are one row', async () => {
    const sources = Array.from(
      { length: 300 },
      (_, n) => new MemorySource(`f${n}`, n)
    );
    const added = page.transfers.add(
      [...sources, new MemorySource('l', 9 * MiB)],
      ''
    );
    expect(added).toHaveLength(2);
    server.chunkSize = 4 * MiB;
    await page.idle();
    expect(added[0]?.name).toBe('');
    expect(server.files.size).toBe(301);
    expect(server.created).toBe(1);
    expect(page.transfers.totals).toMatchObject({ files: 301, done: 301 });
  });
});
