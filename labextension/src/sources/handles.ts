/** Folders that can be opened again on a later visit (https://fs.spec.whatwg.org/). */

import type { ISource } from '../engine/ports';
import { FileSource } from './file';
import type { IEntry, IFile, IFolder } from './folder';

/** As many as other ways give at once. */
const ENTRIES_AT_ONCE = 100;

export class HandleFolder implements IFolder {
  readonly kind = 'folder';
  readonly filesAtOnce = 16;

  constructor(private readonly handle: FileSystemDirectoryHandle) {}

  get name(): string {
    return this.handle.name;
  }

  async *list(): AsyncIterable<readonly IEntry[]> {
    let entries: IEntry[] = [];
    for await (const { kind, name } of this.handle.values()) {
      entries.push(
        kind === 'directory'
          ? new HandleFolder(await this.handle.getDirectoryHandle(name))
          : new HandleFile(this.handle, name)
      );
      if (entries.length === ENTRIES_AT_ONCE) {
        yield entries;
        entries = [];
      }
    }
    yield entries;
  }
}

/** By the handle of its folder: one for each file would take memory in two processes of the browser. */
class HandleFile implements IFile {
  readonly kind = 'file';

  constructor(
    private readonly folder: FileSystemDirectoryHandle,
    readonly name: string
  ) {}

  look(): Promise<Pick<ISource, 'size' | 'lastModified'>> {
    return this.open();
  }

  open(): Promise<ISource> {
    return openIn(this.folder, this.name);
  }
}

/** The file of this name in a folder. */
export async function openIn(
  folder: FileSystemDirectoryHandle,
  name: string
): Promise<ISource> {
  const handle = await folder.getFileHandle(name);
  // Its folder's handle opens it again on a later visit.
  return new FileSource(await handle.getFile(), undefined, null);
}
