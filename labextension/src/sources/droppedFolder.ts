/** Folders that were dropped, where the browser gives both an entry and a handle. */

import type { ISource } from '../engine/ports';
import type { IEntry, IFile, IFolder } from './folder';
import { entriesOf, EntryFile, EntryFolder, isFolder } from './entries';
import { openIn } from './handles';

/**
 * Finds files by their entries, and opens them by their handles, which leaves the page's thread alone. Chromium's
 * handles know nothing of files whose names no Windows could have (`12:00.csv`): those are opened by their entries.
 */
export class DroppedFolder implements IFolder {
  readonly kind = 'folder';
  readonly filesAtOnce: number;

  /**
   * @param handle - null where there is none.
   * @param onIncomplete - handles do not lead to all that is there.
   */
  constructor(
    private readonly entry: FileSystemDirectoryEntry,
    private readonly handle: () => Promise<FileSystemDirectoryHandle | null>,
    private readonly onIncomplete: () => void
  ) {
    this.filesAtOnce = new EntryFolder(entry).filesAtOnce;
  }

  get name(): string {
    return this.entry.name;
  }

  async *list(): AsyncIterable<readonly IEntry[]> {
    for await (const entries of entriesOf(this.entry)) {
      yield entries.map(entry =>
        isFolder(entry)
          ? new DroppedFolder(
              entry,
              once(() => this.folderIn(entry.name)),
              this.onIncomplete
            )
          : new DroppedFile(
              entry as FileSystemFileEntry,
              this.handle,
              this.onIncomplete
            )
      );
    }
  }

  private async folderIn(
    name: string
  ): Promise<FileSystemDirectoryHandle | null> {
    try {
      return (await (await this.handle())?.getDirectoryHandle(name)) ?? null;
    } catch {
      this.onIncomplete();
      return null;
    }
  }
}

class DroppedFile implements IFile {
  readonly kind = 'file';

  constructor(
    private readonly entry: FileSystemFileEntry,
    private readonly folder: () => Promise<FileSystemDirectoryHandle | null>,
    private readonly onIncomplete: () => void
  ) {}

  get name(): string {
    return this.entry.name;
  }

  look(): Promise<Pick<ISource, 'size' | 'lastModified'>> {
    return new EntryFile(this.entry).look();
  }

  async open(): Promise<ISource> {
    try {
      const folder = await this.folder();
      if (folder !== null) {
        return await openIn(folder, this.name);
      }
    } catch {
      this.onIncomplete();
    }
    return new EntryFile(this.entry).open();
  }
}

/** Asks when it is first needed, and no more than once. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => (answer ??= ask());
}
