/** Folders that can be opened again on a later visit (https://fs.spec.whatwg.org/). */

import { FileSource } from './file';
import type { IEntry, IFolder } from './folder';

/** As many as other ways give at once. */
const ENTRIES_AT_ONCE = 100;

export class HandleFolder implements IFolder {
  readonly kind = 'folder';
  readonly filesAtOnce = 8;

  constructor(private readonly handle: FileSystemDirectoryHandle) {}

  get name(): string {
    return this.handle.name;
  }

  async *list(): AsyncIterable<readonly IEntry[]> {
    let entries: IEntry[] = [];
    for await (const handle of this.handle.values()) {
      entries.push(handleEntryOf(handle));
      if (entries.length === ENTRIES_AT_ONCE) {
        yield entries;
        entries = [];
      }
    }
    yield entries;
  }
}

export function handleEntryOf(
  handle: FileSystemDirectoryHandle | FileSystemFileHandle
): IEntry {
  return handle.kind === 'directory'
    ? new HandleFolder(handle)
    : {
        kind: 'file',
        name: handle.name,
        open: async () =>
          // The handle of the whole folder opens it again; one for each file would only take memory.
          new FileSource(await handle.getFile(), undefined, null)
      };
}
