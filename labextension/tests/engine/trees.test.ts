import { beforeEach, describe, expect, it } from 'vitest';
import type { ITreeEntry } from '../../src/engine/model';
import { TransportError } from '../../src/engine/wire';
import type { Page } from './page';
import { openPage } from './page';
import type { ServerModel } from './serverModel';
import { networkError } from './serverModel';
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

function entry(key: string, path: string): ITreeEntry | undefined {
  return page.transfers.entries(key).find(one => one.path === path);
}

describe('a tree', () => {
  it('arrives in a few requests', async () => {
    const tree = MemoryTree.of('set', 500, 100);
    tree.folders.push('set/empty');
    const key = add(tree);
    await page.idle();
    expectAll(server, tree);
    expect(page.row('set').state).toBe('done');
    expect(page.row('set').tree).toMatchObject({
      files: 500,
      new: 500,
      left: 0
    });
    expect(server.count('existing')).toBe(1);
    expect(server.count('sendBatch')).toBeLessThan(10);
    expect([...server.batches.folders]).toEqual(['home/set', 'home/set/empty']);
    expect(page.transfers.entries(key)).toHaveLength(500);
  });

  it('tells how far it is', async () => {
    server.bandwidth = 10;
    add(MemoryTree.of('set', 300, 100));
    await page.until(() => page.row('set').tree?.filesPerSecond !== null);
    await page.until(() => (page.row('set').tree?.new ?? 0) > 0);
    const { acknowledged, sent, size, tree } = page.row('set');
    expect(acknowledged).toBeLessThanOrEqual(sent);
    expect(size).toBe(300 * 100 + (300 * 299) / 2);
    expect(tree).toMatchObject({ isListed: true, files: 300 });
    expect(page.transfers.totals).toMatchObject({ files: 300, active: 1 });
    await page.idle();
    expect(page.transfers.totals).toMatchObject({ files: 300, done: 300 });
  });

  it('that is empty is made', async () => {
    add(new MemoryTree('nothing', {}));
    await page.idle();
    expect(page.row('nothing').state).toBe('done');
    expect([...server.batches.folders]).toEqual(['home/nothing']);
  });

  it('has large files, which go in chunks', async () => {
    const tree = new MemoryTree('set', { a: 10, 'x/large': 9 * MiB });
    server.chunkSize = 2 * MiB;
    add(tree);
    await page.idle();
    expectAll(server, tree);
    expect(server.created).toBe(1);
    expect(page.row('set')).toMatchObject({
      state: 'done',
      sent: 9 * MiB + 10
    });
  });
});

describe('a file that can not be had', () => {
  it('harms no other', async () => {
    const tree = MemoryTree.of('set', 50, 100);
    tree.source('d3/f3').readable = false;
    tree.unread.push({ path: 'set/lost', message: 'Gone' });
    const key = add(tree);
    await page.idle();
    expect(server.files.size).toBe(49);
    expect(page.row('set')).toMatchObject({
      state: 'failed',
      error: { reason: 'files_failed' },
      tree: { failed: 2, new: 49 }
    });
    expect(
      page.transfers
        .entries(key)
        .slice(0, 2)
        .map(one => one.path)
    ).toEqual(['set/d3/f3', 'set/lost']);
    expect(entry(key, 'set/d3/f3')?.error?.reason).toBe('source_unreadable');

    tree.source('d3/f3').readable = true;
    page.transfers.retry(key);
    await page.idle();
    expectAll(server, tree);
    expect(server.batches.written).toHaveLength(50);
    expect(page.row('set').tree).toMatchObject({ failed: 1, new: 50 });
  });

  it('is left out when it is hidden', async () => {
    const tree = new MemoryTree('set', { a: 1, '.zarray': 2 });
    server.batches.refuse = ({ path }) =>
      path.includes('/.') ? { reason: 'hidden', message: 'Hidden' } : undefined;
    const key = add(tree);
    await page.idle();
    expect(page.row('set')).toMatchObject({
      state: 'done',
      size: 1,
      tree: { leftOut: 1, new: 1 }
    });
    expect(entry(key, 'set/.zarray')?.state).toBe('left-out');
  });

  it('is sent again when it came damaged', async () => {
    const tree = MemoryTree.of('set', 10, 100);
    server.damage = ({ verb, nth }) => verb === 'sendBatch' && nth < 3;
    add(tree);
    await page.idle();
    expectAll(server, tree);
    expect(server.batches.written).toHaveLength(10);
    expect(page.row('set').state).toBe('done');
  });

  it('because the disk is full ends the rest, until a person retries', async () => {
    const tree = MemoryTree.of('set', 2_000, 10);
    let room = 150;
    server.batches.refuse = () =>
      (room -= 1) < 0 ? { reason: 'no_space', message: 'Full' } : undefined;
    const key = add(tree);
    await page.idle();
    expect(page.row('set')).toMatchObject({
      tree: { new: 150, failed: 1_850 }
    });
    expect(
      server.batches.sizes.reduce((sum, size) => sum + size, 0)
    ).toBeLessThan(1_000);
    room = Infinity;
    page.transfers.retry(key);
    await page.idle();
    expectAll(server, tree);
    expect(page.row('set').state).toBe('done');
  });
});

describe('the network', () => {
  it('may break in mid-batch: what arrived is not sent again', async () => {
    const tree = MemoryTree.of('set', 400, 100);
    server.batches.breaksAfter = ({ nth }) => (nth % 2 === 1 ? 30 : null);
    server.fault = ({ verb, nth }) =>
      verb === 'sendBatch' && nth % 2 === 1 && nth < 20
        ? { when: 'after', error: networkError() }
        : undefined;
    add(tree);
    await page.idle();
    expectAll(server, tree);
    expect(new Set(server.batches.written).size).toBe(400);
    expect(server.batches.written).toHaveLength(400);
    expect(page.row('set').tree).toMatchObject({ new: 400, identical: 0 });
  });

  it('may be down for long', async () => {
    const tree = MemoryTree.of('set', 400, 100);
    add(tree);
    await page.pass(8);
    server.down = true;
    await page.until(() => page.row('set').state === 'waiting');
    await page.pass(60_000, 500);
    expect(page.row('set').error?.reason).toBe('network');
    server.down = false;
    await page.idle();
    expectAll(server, tree);
  });

  it('may take small requests only', async () => {
    const tree = MemoryTree.of('set', 40, 100_000);
    const refused = new TransportError('Too large', 413, 'http');
    const limit = 300_000;
    server.fault = call => {
      const size = server.batches.sizes.at(-1) ?? 0;
      return call.verb === 'sendBatch' && size * 100_000 > limit
        ? { when: 'before', error: refused }
        : undefined;
    };
    add(tree);
    await page.idle();
    expectAll(server, tree);
    expect(page.row('set').state).toBe('done');
  });
});

describe('names that are taken', () => {
  let tree: MemoryTree;

  beforeEach(() => {
    tree = new MemoryTree('set', { same: 10, other: 20, longer: 30, free: 40 });
    server.files.set('home/set/same', tree.source('same').content);
    server.files.set('home/set/other', new Uint8Array(20).fill(7));
    server.files.set('home/set/longer', new Uint8Array(31).fill(7));
    server.files.set('home/set/not ours', new Uint8Array(5));
  });

  it('are asked about once, before anything is sent', async () => {
    page.decideTree = () => {
      expect(server.count('sendBatch')).toBe(0);
      expect(page.row('set').state).toBe('conflict');
      return 'changed';
    };
    add(tree);
    await page.idle();
    expect(page.treeQuestions).toEqual([{ taken: 3, sameSize: 2 }]);
    expectAll(server, tree);
    expect(server.batches.written.sort()).toEqual([
      'home/set/free',
      'home/set/longer',
      'home/set/other'
    ]);
    expect(page.row('set').tree).toMatchObject({
      new: 1,
      replaced: 2,
      identical: 1
    });
    expect(server.files.size).toBe(5);
  });

  it('can be skipped, or kept beside', async () => {
    page.decideTree = () => 'skip';
    add(tree);
    await page.idle();
    expect(server.batches.written).toEqual(['home/set/free']);
    expect(page.row('set')).toMatchObject({
      state: 'done',
      size: 40,
      tree: { new: 1, skipped: 3 }
    });

    const again = new MemoryTree('set', { other: 20 });
    page.decideTree = () => 'rename';
    add(again);
    await page.idle();
    expect(server.batches.written.at(-1)).toBe('home/set/other (1)');
  });

  it('can be decided one by one', async () => {
    page.decideTree = () => 'each';
    add(tree);
    for (const decision of ['skip', 'replace'] as const) {
      await page.until(() => page.questions.length === 1);
      const [question] = page.questions;
      expect(question?.transfer.folder).toBe('home/set');
      question?.answer(decision, decision === 'replace');
    }
    await page.idle();
    expect(page.row('set').tree).toMatchObject({
      skipped: 1,
      replaced: 2,
      new: 1
    });
  });

  it('can make the person give up', async () => {
    page.decideTree = () => null;
    add(tree);
    await page.idle();
    expect(page.row('set').state).toBe('cancelled');
    expect(server.count('sendBatch')).toBe(0);
  });

  it('that are taken meanwhile are asked about in the end', async () => {
    server.files.clear();
    page.decideTree = () => 'replace';
    server.batches.refuse = ({ path }) => {
      if (path.endsWith('free') && server.batches.written.length === 0) {
        server.files.set(path, new Uint8Array(3));
      }
      return undefined;
    };
    add(new MemoryTree('set', { free: 40, a: 1 }));
    await page.idle();
    expect(page.treeQuestions).toEqual([{ taken: 1, sameSize: 0 }]);
    expect(page.row('set').tree).toMatchObject({ new: 1, replaced: 1 });
  });
});
