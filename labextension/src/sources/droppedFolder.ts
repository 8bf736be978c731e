/** Folders that were dropped, where the browser gives both an entry and a handle. */

import type { IEntry, IFolder } from './folder';
import { EntryFolder, entryOf } from './entries';
import { handleEntryOf, HandleFolder } from './handles';

/**
 * Opens files by their handles, which is much faster, and finds them by their entries: Chromium's handles say nothing
 * of files whose names no Windows could have (`12:00.csv`), nor open them.
 */
export class DroppedFolder implements IFolder {
  readonly kind = 'folder';
  readonly filesAtOnce: number;

  constructor(
    private readonly entry: FileSystemDirectoryEntry,
    private readonly handle: FileSystemDirectoryHandle,
    /** The handle does not lead to all that the entry does. */
    private readonly onIncomplete: () => void
  ) {
    this.filesAtOnce = new HandleFolder(handle).filesAtOnce;
  }

  get name(): string {
    return this.entry.name;
  }

  async *list(): AsyncIterable<readonly IEntry[]> {
    const handles = new Map<
      string,
      FileSystemDirectoryHandle | FileSystemFileHandle
    >();
    for await (const handle of this.handle.values()) {
      handles.set(handle.name, handle);
    }
    for await (const entries of new EntryFolder(this.entry).entries()) {
      yield entries.map(entry => this.paired(entry, handles.get(entry.name)));
    }
  }

  private paired(
    entry: FileSystemEntry,
    handle: FileSystemDirectoryHandle | FileSystemFileHandle | undefined
  ): IEntry {
    if (
      handle === undefined ||
      (handle.kind === 'directory') !== entry.isDirectory
    ) {
      this.onIncomplete();
      return entryOf(entry);
    }
    return handle.kind === 'directory'
      ? new DroppedFolder(
          entry as FileSystemDirectoryEntry,
          handle,
          this.onIncomplete
        )
      : handleEntryOf(handle);
  }
}
