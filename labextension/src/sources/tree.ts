/** Folders as the engine takes them. */

import type { ITree, ITreeListing } from '../engine/ports';
import { DroppedFolder } from './droppedFolder';
import { EntryFolder } from './entries';
import type { Explain, IFolder } from './folder';
import { HandleFolder } from './handles';
import { walk } from './walk';

class FolderTree implements ITree {
  /** @param handle - opens it again; undefined as soon as it is known not to lead to all of it. */
  constructor(
    private readonly folder: IFolder,
    private readonly explain: Explain,
    public handle?: FileSystemDirectoryHandle
  ) {}

  get name(): string {
    return this.folder.name;
  }

  list(options: Parameters<ITree['list']>[0]): Promise<ITreeListing> {
    return walk(this.folder, { ...options, explain: this.explain });
  }
}

/** The folder behind a handle, as it is when it is listed. */
export function treeOfHandle(
  handle: FileSystemDirectoryHandle,
  explain: Explain
): ITree {
  return new FolderTree(new HandleFolder(handle), explain, handle);
}

/** @param handle - of the same folder, where the browser gives one. */
export function treeOfEntry(
  entry: FileSystemDirectoryEntry,
  explain: Explain,
  handle?: FileSystemDirectoryHandle
): ITree {
  if (handle === undefined) {
    return new FolderTree(new EntryFolder(entry), explain);
  }
  const folder = new DroppedFolder(
    entry,
    () => Promise.resolve(handle),
    () => delete tree.handle
  );
  const tree = new FolderTree(folder, explain, handle);
  return tree;
}
