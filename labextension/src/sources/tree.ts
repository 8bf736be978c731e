/** Folders as the engine takes them. */

import type { ITree, ITreeListing } from '../engine/ports';
import { EntryFolder } from './entries';
import type { Explain, IFolder } from './folder';
import { HandleFolder } from './handles';
import { walk } from './walk';

class FolderTree implements ITree {
  constructor(
    private readonly folder: IFolder,
    private readonly explain: Explain,
    readonly handle?: FileSystemDirectoryHandle
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

/** @param handle - of the same folder, where the browser gives one: it finds files much faster, and then is all that is used. */
export function treeOfEntry(
  entry: FileSystemDirectoryEntry,
  explain: Explain,
  handle?: FileSystemDirectoryHandle
): ITree {
  return handle === undefined
    ? new FolderTree(new EntryFolder(entry), explain)
    : treeOfHandle(handle, explain);
}
