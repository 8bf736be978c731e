import { describe, expect, it, vi } from 'vitest';
import type { ITree, ITreeListing } from '../../src/engine/ports';
import type { Obstacle } from '../../src/sources/folder';
import { EntryFolder } from '../../src/sources/entries';
import { HandleFolder } from '../../src/sources/handles';
import type { ITreeFile } from '../../src/engine/ports';
import { treeOfEntry, treeOfHandle } from '../../src/sources/tree';
import { walk } from '../../src/sources/walk';
import type { Content } from './disk';
import { Disk, many } from './disk';

const explain = (obstacle: Obstacle, detail: string) =>
  `${obstacle}: ${detail}`;

const list = (
  tree: ITree,
  options: Partial<Parameters<ITree['list']>[0]> = {}
) =>
  tree.list({
    signal: new AbortController().signal,
    onFound: () => undefined,
    ...options
  });

const paths = ({ files }: ITreeListing) => files.map(({ path }) => path).sort();

const gone = new DOMException('It is gone.', 'NotFoundError');

describe.each([
  [
    'an entry',
    (disk: Disk, name: string) => treeOfEntry(disk.entry(name), explain)
  ],
  [
    'a handle',
    (disk: Disk, name: string) => treeOfHandle(disk.handle(name), explain)
  ]
])('the folder behind %s', (_, treeOf) => {
  const listed = (content: Record<string, Content>) =>
    list(treeOf(new Disk({ top: content }), 'top'));

  it('has all files and folders, empty ones and hidden ones too', async () => {
    const found = await listed({
      'a.txt': 'a',
      '.hidden': 'h',
      empty: {},
      sub: { 'b c#%.txt': 'bc', '.git': { config: '' } }
    });
    expect(paths(found)).toEqual([
      'top/.hidden',
      'top/a.txt',
      'top/sub/.git/config',
      'top/sub/b c#%.txt'
    ]);
    expect([...found.folders].sort()).toEqual([
      'top',
      'top/empty',
      'top/sub',
      'top/sub/.git'
    ]);
    expect(found.unread).toEqual([]);
  });

  it('is a folder even when there is nothing in it', async () => {
    expect(await listed({})).toEqual({
      files: [],
      folders: ['top'],
      unread: []
    });
  });

  it('keeps names as they are: NFC and NFD twins are two', async () => {
    const twins = ['\u00e9', 'e\u0301', '🧪', 'a\\b', ' x '];
    const found = await listed(
      Object.fromEntries(twins.map(name => [name, name]))
    );
    expect(paths(found)).toEqual(twins.map(name => `top/${name}`).sort());
    for (const file of found.files) {
      const { path, size, lastModified } = file;
      const source = await file.open();
      expect([size, lastModified]).toEqual([source.size, source.lastModified]);
      expect(`top/${source.name}`).toBe(path);
      expect(await source.slice(0, source.size).text()).toBe(source.name);
    }
  });

  it.each([0, 1, 99, 100, 101, 1234])('has all of %d files', async count => {
    const found = await listed({ sub: many(count) });
    expect(new Set(paths(found)).size).toBe(count);
    expect(found.files).toHaveLength(count);
    expect(found.unread).toEqual([]);
  });

  it('reads little at once, however wide and deep it is', async () => {
    const wide = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`d${index}`, many(150)])
    );
    const disk = new Disk({ top: wide });
    const found = await list(treeOf(disk, 'top'));
    expect(found.files).toHaveLength(4500);
    expect(disk.busiest).toBeLessThanOrEqual(64);
  });

  it('names what can not be read, and has all the rest', async () => {
    const denied = new DOMException('Not yours.', 'NotAllowedError');
    const found = await listed({
      a: 'a',
      b: gone,
      sub: { c: denied, d: 'd', e: new DOMException('Disk.', 'Whatever') },
      locked: new DOMException('a folder', 'SecurityError')
    });
    expect(paths(found)).toEqual(['top/a', 'top/sub/d']);
    expect(
      [...found.unread].sort((a, b) => (a.path < b.path ? -1 : 1))
    ).toEqual([
      { path: 'top/b', message: 'gone: It is gone.' },
      { path: 'top/locked', message: 'denied: a folder' },
      { path: 'top/sub/c', message: 'denied: Not yours.' },
      { path: 'top/sub/e', message: 'unreadable: Disk.' }
    ]);
    expect(found.folders).toContain('top/locked');
  });

  it('is all there although a listing came short', async () => {
    const disk = new Disk({ top: many(250) });
    disk.dropped = [100];
    const found = await list(treeOf(disk, 'top'));
    expect(new Set(paths(found)).size).toBe(250);
    expect(found.files).toHaveLength(250);
    expect(found.unread).toEqual([]);
    expect(disk.listings).toBe(3);
  });

  it('is named when no two listings agree', async () => {
    const disk = new Disk({ top: many(250) });
    disk.dropped = [100, 30, 20, 40, 10, 60];
    const found = await list(treeOf(disk, 'top'));
    expect(found.files).toHaveLength(240);
    expect(found.unread).toEqual([{ path: 'top', message: 'short: top' }]);
  });

  it('tells how many files there are so far', async () => {
    const clock = vi.spyOn(performance, 'now');
    let now = 1000;
    clock.mockImplementation(() => (now += 25));
    const told: number[] = [];
    await list(treeOf(new Disk({ top: many(1000) }), 'top'), {
      onFound: count => told.push(count)
    });
    clock.mockRestore();
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1000);
    expect(told.length).toBeGreaterThan(2);
    expect(told.length, 'not after each hundred').toBeLessThan(9);
  });

  it.each([false, true])(
    'ends when it is told to, with a disk that sleeps: %s',
    async isAsleep => {
      const disk = new Disk({ top: { sub: many(10_000) } });
      disk.isAsleep = isAsleep;
      const stop = new AbortController();
      const listing = list(treeOf(disk, 'top'), {
        signal: stop.signal,
        onFound: () => stop.abort()
      });
      if (isAsleep) {
        setTimeout(() => stop.abort(), 5);
      }
      await expect(listing).rejects.toMatchObject({ name: 'AbortError' });
      const { listings } = disk;
      await new Promise(resolve => setTimeout(resolve, 20));
      expect(disk.listings).toBe(listings);
    }
  );

  it('does not begin when it is told to end already', async () => {
    const disk = new Disk({ top: many(3) });
    const signal = AbortSignal.abort();
    await expect(list(treeOf(disk, 'top'), { signal })).rejects.toMatchObject({
      name: 'AbortError'
    });
    expect(disk.listings).toBe(0);
  });

  it('may be fifty folders deep', async () => {
    let content: Content = { leaf: 'x' };
    for (let depth = 0; depth < 50; depth += 1) {
      content = { d: content };
    }
    const found = await listed(content);
    expect(paths(found)).toEqual([`top${'/d'.repeat(50)}/leaf`]);
  });
});

describe('a limit', () => {
  const walked = (content: Record<string, Content>, limits: object) =>
    walk(new EntryFolder(new Disk({ top: content }).entry('top')), {
      signal: new AbortController().signal,
      onFound: () => undefined,
      explain,
      limits: { depth: 255, entries: 1_000_000, ...limits }
    });

  it('of depth names the folders beyond it', async () => {
    const content = { a: { b: { c: { x: '' } }, y: '' } };
    const found = await walked(content, { depth: 2 });
    expect(paths(found)).toEqual(['top/a/y']);
    expect(found.unread).toEqual([{ path: 'top/a/b/c', message: 'deep: 2' }]);
  });

  it.each([
    [10, []],
    [9, [{ path: 'top', message: 'many: 9' }]]
  ])('of %d entries is no limit to ten', async (entries, unread) => {
    const found = await walked({ a: many(5), b: many(3) }, { entries });
    expect(found.files).toHaveLength(entries - 2);
    expect(found.unread).toEqual(unread);
  });
});

it('finds by their entries what handles do not tell of, and keeps no handle then', async () => {
  const all = new Disk({
    top: { a: 'aa', '12:00': 'b', c: { '?': 'd', e: '' } }
  });
  const some = new Disk({ top: { a: 'aa', c: { e: '' } } });
  const tree = treeOfEntry(all.entry('top'), explain, some.handle('top'));
  expect(paths(await list(tree)).sort()).toEqual([
    'top/12:00',
    'top/a',
    'top/c/?',
    'top/c/e'
  ]);
  const content = async (file: ITreeFile) => {
    const source = await file.open();
    return source.slice(0, source.size).text();
  };
  const { files } = await list(tree);
  expect((await Promise.all(files.map(content))).sort().join('')).toBe('aabd');
  expect(tree.handle).toBeUndefined();
});

it('sends fast as a whole what came by entries, and keeps the handle of the folder', async () => {
  const disk = new Disk({ top: { a: 'aa' } });
  const handle = disk.handle('top');
  const byEntry = treeOfEntry(disk.entry('top'), explain);
  const [fast] = (await list(byEntry)).files;
  expect((await fast?.open())?.whole?.size).toBe(2);
  const byBoth = treeOfEntry(disk.entry('top'), explain, handle);
  expect(paths(await list(byBoth))).toEqual(['top/a']);
  expect(byBoth.handle).toBe(handle);

  const byHandle = treeOfHandle(handle, explain);
  const [slow] = (await list(byHandle)).files;
  expect((await slow?.open())?.whole).toBeNull();
  expect(byHandle.handle).toBe(handle);
});

it('lists a folder without a name without slashes before its entries', async () => {
  const disk = new Disk({ '': { a: 'a', b: { c: 'c' } } });
  const found = await walk(new HandleFolder(disk.handle('')), {
    signal: new AbortController().signal,
    onFound: () => undefined,
    explain
  });
  expect(paths(found)).toEqual(['a', 'b/c']);
  expect(found.folders).toEqual(['b']);
});
