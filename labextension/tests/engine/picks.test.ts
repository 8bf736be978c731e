import { expect, it } from 'vitest';
import { ClaimsModel } from './claimsModel';
import type { MemoryResumeStore } from './memoryResumeStore';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import { MemoryTree } from './treeModel';

const MiB = 1024 * 1024;

/** The page is gone, and another one is opened in the same browser. */
async function reload(
  page: Page,
  server: Parameters<typeof open>[0]
): Promise<Page> {
  await page.pass(50);
  page.close();
  return open(server, page.resumeStore);
}

async function open(
  server: ConstructorParameters<typeof Page>[0],
  store: MemoryResumeStore,
  claims = new ClaimsModel()
): Promise<Page> {
  const page = new Page(server, () => 0.5, store, claims);
  const restored = page.transfers.restore();
  await page.pass(100);
  await restored;
  return page;
}

it('what was picked and not begun is there after a reload', async () => {
  const { server, page } = openPage();
  server.bandwidth = 10;
  const files = ['a', 'b', 'c', 'd', 'e'].map(
    name => new MemorySource(name, 200_000)
  );
  page.transfers.add(files, 'home');
  await page.until(() => server.created === 3);
  const later = await reload(page, server);
  expect(later.states).toEqual(Array(5).fill('unfinished'));
  expect(later.row('e')).toMatchObject({ sent: 0, updated: null });
  expect(later.row('a').updated).not.toBeNull();

  // Many at once, and nothing is created twice.
  later.transfers.add(files, 'home');
  await later.idle();
  expect(later.states).toEqual(Array(5).fill('done'));
  expect(server.created).toBe(5);
  expect(server.resent).toEqual([]);
  const last = await reload(later, server);
  expect(last.transfers.transfers).toEqual([]);
  expect(page.resumeStore.kept.size).toBe(0);
});

it('what is not begun can be taken off the list', async () => {
  const { server, page } = openPage();
  server.down = true;
  page.transfers.add([new MemorySource('a', 100)], '');
  page.transfers.addTree(MemoryTree.of('set', 5, 10), '');
  await page.pass(50);
  // A page that is closed does nothing any more.
  page.transfers.pauseAll();
  await page.pass(500);
  page.close();
  server.down = false;
  const again = await open(server, page.resumeStore);
  expect([...again.states].sort()).toEqual(['unfinished', 'unfinished']);
  for (const { key } of again.transfers.transfers) {
    await again.transfers.cancel(key);
  }
  await again.pass(1_000);
  expect(page.resumeStore.kept.size).toBe(0);
});

it('another page of the browser that is at work on it keeps it to itself', async () => {
  const { server, page } = openPage();
  const browser = new Set<ClaimsModel>();
  const claims = new ClaimsModel(browser);
  const first = new Page(server, () => 0.5, page.resumeStore, claims);
  server.bandwidth = 1;
  first.transfers.addTree(MemoryTree.of('set', 50, 1_000), '');
  await first.pass(100);
  const second = await open(server, page.resumeStore, new ClaimsModel(browser));
  expect(second.transfers.transfers).toEqual([]);
});

it('a folder goes on after a reload without asking, and nothing is sent twice', async () => {
  const { server, page } = openPage();
  server.bandwidth = 100;
  server.chunkSize = MiB;
  const tree = MemoryTree.of('set', 500, 100);
  tree.files.push({
    path: 'set/large',
    source: new MemorySource('large', 9 * MiB)
  });
  page.transfers.addTree(tree, 'home');
  await page.until(() => server.partials.size === 1);
  await page.until(() =>
    [...server.partials.values()].some(one => one.acknowledged.length > 0)
  );
  const later = await reload(page, server);
  expect(later.transfers.transfers).toHaveLength(1);
  expect(later.row('set')).toMatchObject({
    state: 'unfinished',
    tree: { files: 501 }
  });
  const { length } = server.batches.written;
  expect(length).toBe(500);

  server.bandwidth = 10_000;
  later.transfers.addTree(tree, 'home');
  await later.idle();
  expect(later.treeQuestions).toEqual([]);
  expect(server.batches.written).toHaveLength(length);
  expect(server.resent).toEqual([]);
  expect(server.created).toBe(1);
  expect(later.row('set')).toMatchObject({
    state: 'done',
    tree: { new: 1, identical: 500 }
  });
});

it('a folder whose handle is kept goes on by one click', async () => {
  const { server, page } = openPage();
  const tree = Object.assign(MemoryTree.of('set', 50, 100), { handle: {} });
  page.resumeStore.openPick = handle => (handle === tree.handle ? tree : null);
  server.bandwidth = 1;
  page.transfers.addTree(tree, 'home');
  await page.pass(100);
  const later = await reload(page, server);
  expect(later.row('set').remembered).toBe(true);
  server.bandwidth = 1_000;
  expect(await later.transfers.resumeRemembered(later.row('set').key)).toBe(
    true
  );
  await later.idle();
  expect(later.row('set').state).toBe('done');
  expect(server.files.size).toBe(50);
});
