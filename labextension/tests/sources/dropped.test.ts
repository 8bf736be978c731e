import { describe, expect, it } from 'vitest';
import { dropped, isLargeDrop } from '../../src/sources/dropped';
import { FileListTree } from '../../src/sources/fileList';
import { Disk } from './disk';

const disk = new Disk({ photos: { 'a.jpg': 'jpg' }, empty: {} });

/** A drop, which has nothing any more once its event is over. */
class Drop {
  isOver = false;
  readonly items: DataTransferItemList;

  constructor(
    things: readonly (File | 'photos' | 'empty' | 'some text')[],
    private readonly handles: 'given' | 'refused' | 'unknown' = 'given'
  ) {
    this.items = things.map(thing =>
      thing === 'some text'
        ? { kind: 'string', webkitGetAsEntry: () => null }
        : this.item(thing)
    ) as unknown as DataTransferItemList;
  }

  private item(thing: File | 'photos' | 'empty'): unknown {
    const isFolder = typeof thing === 'string';
    const now = <T>(thing: T) => (this.isOver ? null : thing);
    const handle = isFolder
      ? disk.handle(thing)
      : { kind: 'file', name: thing.name };
    return {
      kind: 'file',
      webkitGetAsEntry: () =>
        now(isFolder ? disk.entry(thing) : { isDirectory: false }),
      // Of a folder, too, browsers make a file.
      getAsFile: () => now(isFolder ? new File(['4096'], thing) : thing),
      ...(this.handles === 'unknown'
        ? {}
        : {
            getAsFileSystemHandle: () =>
              this.handles === 'given'
                ? Promise.resolve(now(handle))
                : Promise.reject(new DOMException('', 'NotAllowedError'))
          })
    };
  }
}

const read = (drop: Drop) => {
  const reading = dropped(drop, obstacle => obstacle);
  drop.isOver = true;
  return reading;
};

const small = new File(['123'], 'small.txt');
const large = new File(['x'.repeat(5000)], 'large.bin');

describe('what is dropped', () => {
  it('is told apart: files side by side, and a tree for each folder', async () => {
    const { files, trees } = await read(
      new Drop([small, 'photos', 'some text', large, 'empty'])
    );
    expect(files.map(({ name }) => name)).toEqual(['small.txt', 'large.bin']);
    expect(trees.map(({ name }) => name)).toEqual(['photos', 'empty']);
    const listings = await Promise.all(
      trees.map(tree =>
        tree.list({
          signal: new AbortController().signal,
          onFound: () => undefined
        })
      )
    );
    expect(listings.map(({ folders }) => folders)).toEqual([
      ['photos'],
      ['empty']
    ]);
    expect(listings[0]?.files.map(({ path }) => path)).toEqual([
      'photos/a.jpg'
    ]);
  });

  it('is sent fast as a whole, and can be opened again', async () => {
    const { files, trees } = await read(new Drop([small, 'photos']));
    expect(files[0]?.whole).toBe(small);
    expect(files[0]?.handle).toMatchObject({ kind: 'file' });
    expect(trees[0]?.handle).toMatchObject({ kind: 'directory' });
  });

  it.each(['refused', 'unknown'] as const)(
    'comes without handles where they are %s',
    async handles => {
      const { files, trees } = await read(new Drop([small, 'photos'], handles));
      expect([files[0]?.handle, trees[0]?.handle]).toEqual([
        undefined,
        undefined
      ]);
      expect(files[0]?.whole).toBe(small);
    }
  );
});

describe('a drop is large', () => {
  it.each([
    [[small], 5000, false],
    [[small, large], 5001, false],
    [[small, large], 5000, true],
    [['photos'], 5000, true],
    [['some text'], 0, false]
  ] as const)('%#', (things, bytes, expected) => {
    expect(isLargeDrop(new Drop(things), bytes)).toBe(expected);
  });
});

describe('a folder that was picked as a list of files', () => {
  const file = (path: string) =>
    Object.defineProperty(
      new File([path], path.slice(path.lastIndexOf('/') + 1)),
      'webkitRelativePath',
      { value: path }
    );
  const tree = (paths: readonly string[]) =>
    new FileListTree(paths.map(file) as unknown as FileList);

  it('has its files and the folders that they are in', async () => {
    const paths = ['p/a', 'p/s/t/b', 'p/s/t/c', 'p/s/d', 'p/u/.e'];
    const picked = tree(paths);
    expect(picked.name).toBe('p');
    const told: number[] = [];
    const found = await picked.list({
      signal: new AbortController().signal,
      onFound: count => told.push(count)
    });
    expect(found.files.map(({ path }) => path)).toEqual(paths);
    expect([...found.folders].sort()).toEqual(['p', 'p/s', 'p/s/t', 'p/u']);
    expect(told.at(-1)).toBe(5);
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(
      tree(['p/a']).list({ signal, onFound: () => undefined })
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
