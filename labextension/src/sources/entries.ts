/** Folders that were dropped, as every browser gives them (https://wicg.github.io/entries-api/). */

import type { ISource } from '../engine/ports';
import { FileSource, nearestDate } from './file';
import type { IEntry, IFile, IFolder } from './folder';

export class EntryFolder implements IFolder {
  readonly kind = 'folder';
  readonly filesAtOnce: number;

  constructor(private readonly entry: FileSystemDirectoryEntry) {
    // Where files have to be opened for it: Chromium does that on the page's own thread.
    this.filesAtOnce = entry.getMetadata === undefined ? 1 : 16;
  }

  get name(): string {
    return this.entry.name;
  }

  async *list(): AsyncIterable<readonly IEntry[]> {
    for await (const entries of entriesOf(this.entry)) {
      yield entries.map(entry =>
        isFolder(entry)
          ? new EntryFolder(entry)
          : new EntryFile(entry as FileSystemFileEntry)
      );
    }
  }
}

/** What is in a folder, some at a time: a hundred in Chromium. */
export async function* entriesOf(
  folder: FileSystemDirectoryEntry
): AsyncIterable<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    // None means that there are no more.
    if (entries.length === 0) {
      return;
    }
    yield entries;
  }
}

export class EntryFile implements IFile {
  readonly kind = 'file';

  constructor(private readonly entry: FileSystemFileEntry) {}

  get name(): string {
    return this.entry.name;
  }

  look(): Promise<Pick<ISource, 'size' | 'lastModified'>> {
    const { entry } = this;
    return entry.getMetadata === undefined
      ? this.open()
      : new Promise((resolve, reject) =>
          entry.getMetadata?.(
            ({ size, modificationTime }) =>
              resolve({
                size,
                lastModified: nearestDate(modificationTime.getTime())
              }),
            reject
          )
        );
  }

  async open(): Promise<ISource> {
    const file = await new Promise<File>((resolve, reject) =>
      this.entry.file(resolve, reject)
    );
    return new FileSource(file);
  }
}

export function isFolder(
  entry: FileSystemEntry | null
): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}
