import type { ITree, ITreeListing } from '../../src/engine/ports';
import { expect } from 'vitest';
import { MemorySource } from './memorySource';
import type { ServerModel } from './serverModel';

/** A folder on the person's computer. */
export class MemoryTree implements ITree {
  readonly files: { path: string; source: MemorySource }[];
  folders: string[] = [];
  unread: { path: string; message: string }[] = [];
  listings = 0;

  constructor(
    readonly name: string,
    sizes: Readonly<Record<string, number>>
  ) {
    this.files = Object.entries(sizes).map(([path, size]) => ({
      path: `${name}/${path}`,
      source: new MemorySource(path.slice(path.lastIndexOf('/') + 1), size)
    }));
    this.folders.push(name);
  }

  /** `count` files of `size` bytes. */
  static of(name: string, count: number, size: number): MemoryTree {
    return new MemoryTree(
      name,
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`d${n % 7}/f${n}`, size + n])
      )
    );
  }

  source(path: string): MemorySource {
    const found = this.files.find(file => file.path === `${this.name}/${path}`);
    if (found === undefined) {
      throw new Error(`No ${path}`);
    }
    return found.source;
  }

  list({
    signal,
    onFound
  }: Parameters<ITree['list']>[0]): Promise<ITreeListing> {
    signal.throwIfAborted();
    this.listings += 1;
    onFound(this.files.length);
    const files = this.files.map(({ path, source }) => ({
      path,
      size: source.size,
      lastModified: source.lastModified,
      open: () => Promise.resolve(source)
    }));
    const { folders, unread } = this;
    return Promise.resolve({ files, folders, unread });
  }
}

/** The server holds the very files of a tree, below `home`. */
export function expectAll(server: ServerModel, tree: MemoryTree): void {
  for (const { path, source } of tree.files) {
    expect(server.holds(`home/${path}`, source.content), path).toBe(true);
  }
}
