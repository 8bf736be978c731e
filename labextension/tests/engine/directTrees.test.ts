import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import type { Page } from './page';
import { openPage } from './page';
import type { ServerModel } from './serverModel';
import { networkError } from './serverModel';
import { MemoryTree } from './treeModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
  server.bandwidth = 10_000;
  server.directFiles.digest = 'crc64nvme';
  page.hasher.algorithms = ['xxh3-128', 'sha-256', 'crc64nvme'];
});

function add(tree: MemoryTree): string {
  return page.transfers.addTree(tree, 'd', 'lab').key;
}

function expectAll(tree: MemoryTree): void {
  for (const { path, source } of tree.files) {
    expect(server.holds(`lab:d/${path}`, source.content), path).toBe(true);
  }
}

describe('small files straight to the store', () => {
  it('are signed and confirmed many at once, and none goes through the server', async () => {
    const tree = MemoryTree.of('set', 500, 100);
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(page.row('set')).toMatchObject({
      state: 'done',
      tree: { files: 500, new: 500, left: 0 }
    });
    expect(server.directFiles.put).toHaveLength(500);
    expect(server.count('sendBatch')).toBe(0);
    expect(server.count('signFiles')).toBe(5);
    expect(server.count('confirmFiles')).toBe(5);
  });

  it('are not asked for at home', async () => {
    page.transfers.addTree(MemoryTree.of('set', 5, 100), 'd');
    await page.idle();
    expect(page.row('set').state).toBe('done');
    expect(server.count('signFiles')).toBe(0);
  });

  it('tell how far they are', async () => {
    server.bandwidth = 10;
    add(MemoryTree.of('set', 300, 1_000));
    await page.until(() => page.row('set').sent > 0);
    const { acknowledged, sent } = page.row('set');
    expect(acknowledged).toBeLessThan(sent);
    await page.idle();
    const { size } = page.row('set');
    expect(page.row('set')).toMatchObject({ sent: size, acknowledged: size });
  });

  it('go through the server where this page has no such digest', async () => {
    page.hasher.algorithms = ['xxh3-128'];
    const tree = MemoryTree.of('set', 50, 100);
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(server.count('signFiles')).toBe(0);
  });

  it('go through the server where the store does not let this page', async () => {
    server.directFiles.open = false;
    const tree = MemoryTree.of('set', 150, 100);
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(server.batches.written).toHaveLength(150);
    expect(server.count('signFiles')).toBe(0);
  });

  it('go through the server from when the store turns out not to let this page', async () => {
    server.fault = ({ verb, nth }) => {
      server.directFiles.open &&= !(verb === 'putFile' && nth === 120);
      return undefined;
    };
    const tree = MemoryTree.of('set', 500, 100);
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(server.directFiles.put.length).toBeGreaterThan(100);
    expect(server.directFiles.put.length).toBeLessThan(130);
    expect(server.batches.written.length).toBe(
      500 - server.directFiles.put.length
    );
    expect(page.row('set').tree).toMatchObject({ new: 500, identical: 0 });
  });

  it('go through the server where only that can do what is wanted', async () => {
    server.directFiles.heedsConditions = false;
    const tree = MemoryTree.of('set', 150, 100);
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(server.count('putFile')).toBe(0);
    expect(server.batches.written).toHaveLength(150);
    expect(page.row('set').tree).toMatchObject({ new: 150 });
  });
});

describe('what is wrong with a file', () => {
  it('harms no other', async () => {
    const tree = MemoryTree.of('set', 50, 100);
    tree.source('d3/f3').readable = false;
    server.directFiles.refuse = ({ path }) =>
      path.endsWith('f7')
        ? { reason: 'invalid_name', message: 'No' }
        : path.endsWith('f8')
          ? { reason: 'hidden', message: 'Hidden' }
          : undefined;
    const key = add(tree);
    await page.idle();
    expect(server.files.size).toBe(47);
    expect(page.row('set')).toMatchObject({
      state: 'failed',
      tree: { failed: 2, new: 47, leftOut: 1 }
    });

    tree.source('d3/f3').readable = true;
    server.directFiles.refuse = () => undefined;
    page.transfers.retry(key);
    await page.idle();
    expect(server.files.size).toBe(49);
    expect(server.directFiles.put).toHaveLength(49);
  });

  it('passes, when it only came damaged', async () => {
    server.damage = ({ verb, nth }) => verb === 'putFile' && nth < 10;
    const tree = MemoryTree.of('set', 50, 100);
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(page.row('set').tree).toMatchObject({ new: 50 });
  });

  it('passes, when its signature had expired', async () => {
    const expired = new TransportError('Expired', 403, 'access_denied', false);
    server.fault = ({ verb, nth }) =>
      verb === 'putFile' && nth <= 20
        ? { when: 'before', error: expired }
        : undefined;
    const tree = MemoryTree.of('set', 40, 100);
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(page.row('set').tree).toMatchObject({ new: 40, failed: 0 });
  });

  it('is found out by the server, when the store lets nobody in who has a signature', async () => {
    const denied = new TransportError('Denied', 403, 'access_denied', false);
    server.fail(({ verb }) => verb === 'putFile', 'before', denied);
    const tree = MemoryTree.of('set', 40, 100);
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(server.batches.written).toHaveLength(40);
  });
});

describe('the network', () => {
  it('may lose answers of the store: what arrived is not sent again', async () => {
    const tree = MemoryTree.of('set', 400, 100);
    server.fault = ({ verb, nth }) =>
      verb === 'putFile' && nth % 50 === 7
        ? {
            when: 'after',
            error: new TransportError('Gone', 0, 'store_unreachable')
          }
        : undefined;
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(server.directFiles.put).toHaveLength(400);
    expect(page.row('set').tree).toMatchObject({ new: 400, identical: 0 });
  });

  it('may lose answers of the server: what arrived is not sent again', async () => {
    const tree = MemoryTree.of('set', 400, 100);
    server.fault = ({ verb, nth }) =>
      verb === 'confirmFiles' && nth < 4
        ? { when: 'after', error: networkError() }
        : verb === 'signFiles' && nth < 3
          ? { when: 'after', error: networkError() }
          : undefined;
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(server.directFiles.put).toHaveLength(400);
    expect(page.row('set').tree).toMatchObject({ new: 400, identical: 0 });
  });

  it('may be down for long, and the store too busy', async () => {
    const busy = new TransportError('Slow down', 503, 'slow_down', true);
    server.fault = ({ verb, nth }) =>
      verb === 'putFile' && nth < 10
        ? { when: 'before', error: busy }
        : undefined;
    const tree = MemoryTree.of('set', 400, 100);
    add(tree);
    await page.until(() => server.directFiles.put.length > 50);
    server.down = true;
    await page.until(() => page.row('set').state === 'waiting');
    await page.pass(60_000, 500);
    server.down = false;
    await page.idle();
    expectAll(tree);
    expect(page.row('set').tree).toMatchObject({ new: 400, failed: 0 });
  });
});

describe('names that are taken', () => {
  it('are asked about, and an identical file is known by the digest of the store', async () => {
    const tree = new MemoryTree('set', { same: 10, other: 20, free: 40 });
    server.files.set('lab:d/set/same', tree.source('same').content);
    server.files.set('lab:d/set/other', new Uint8Array(20).fill(7));
    page.decideTree = () => 'changed';
    add(tree);
    await page.idle();
    expectAll(tree);
    expect(server.directFiles.put.sort()).toEqual([
      'd/set/free',
      'd/set/other'
    ]);
    expect(page.row('set').tree).toMatchObject({
      new: 1,
      replaced: 1,
      identical: 1
    });
  });

  it('that are taken meanwhile are asked about in the end', async () => {
    page.decideTree = () => 'rename';
    server.directFiles.refuse = ({ path }) => {
      if (path.endsWith('free') && server.directFiles.put.length === 0) {
        server.files.set(`lab:${path}`, new Uint8Array(3));
      }
      return undefined;
    };
    add(new MemoryTree('set', { free: 40, a: 1 }));
    await page.idle();
    expect(page.treeQuestions).toEqual([{ taken: 1, sameSize: 0 }]);
    expect(page.row('set').tree).toMatchObject({ new: 1, renamed: 1 });
    expect(server.batches.written).toEqual(['d/set/free (1)']);
  });
});

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
    expectAll(tree);
    expect(server.directFiles.put).toHaveLength(600);
    expect(page.row('set').tree).toMatchObject({ new: 600, identical: 0 });
  });

  it('cancels, and what had arrived is taken back', async () => {
    server.bandwidth = 10;
    const key = add(MemoryTree.of('set', 600, 100));
    await page.until(() => (page.row('set').tree?.new ?? 0) > 100);
    const cancelled = page.transfers.cancel(key, { removesArrived: true });
    await page.pass(5_000);
    await cancelled;
    expect(page.row('set').state).toBe('cancelled');
    expect([...server.files.keys()].length).toBeLessThan(10);
  });
});
