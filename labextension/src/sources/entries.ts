/** Folders that were dropped, as every browser gives them (https://wicg.github.io/entries-api/). */

import { FileSource } from './file';
import type { IEntry, IFolder } from './folder';

export class EntryFolder implements IFolder {
  readonly kind = 'folder';
  // Chromium opens each on the page's own thread: several would keep it busy without a break.
  readonly filesAtOnce = 1;

  constructor(private readonly entry: FileSystemDirectoryEntry) {}

  get name(): string {
    return this.entry.name;
  }

  async *list(): AsyncIterable<readonly IEntry[]> {
    for await (const entries of this.entries()) {
      yield entries.map(entryOf);
    }
  }

  /** As the browser has them, some at a time. */
  async *entries(): AsyncIterable<readonly FileSystemEntry[]> {
    const reader = this.entry.createReader();
    for (;;) {
      // A hundred at a time in Chromium; none means that there are no more.
      const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject)
      );
      if (entries.length === 0) {
        return;
      }
      yield entries;
    }
  }
}

export function entryOf(entry: FileSystemEntry): IEntry {
  return isFolder(entry)
    ? new EntryFolder(entry)
    : {
        kind: 'file',
        name: entry.name,
        open: async () => {
          const file = await new Promise<File>((resolve, reject) =>
            // What is no folder is a file.
            (entry as FileSystemFileEntry).file(resolve, reject)
          );
          return new FileSource(file);
        }
      };
}

export function isFolder(
  entry: FileSystemEntry | null
): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}
