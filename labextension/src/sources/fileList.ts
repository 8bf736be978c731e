/** A folder as `<input webkitdirectory>` gives it: its files, and no folder that is empty. */

import type { ITree, ITreeFile, ITreeListing } from '../engine/ports';
import { FileSource } from './file';

/** Milliseconds for which the page may stand still. */
const LONGEST_TASK = 8;

/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

export class FileListTree implements ITree {
  readonly name: string;

  /** @param files - at least one. */
  constructor(private readonly files: FileList) {
    const [top = ''] = files[0]?.webkitRelativePath.split('/') ?? [];
    this.name = top;
  }

  async list({
    signal,
    onFound
  }: Parameters<ITree['list']>[0]): Promise<ITreeListing> {
    const found: ITreeFile[] = [];
    const folders = new Set<string>();
    let since = performance.now();
    let reported = since;
    for (let index = 0; index < this.files.length; index += 1) {
      const file = this.files[index];
      if (file === undefined) {
        break;
      }
      const path = file.webkitRelativePath;
      const source = new FileSource(file);
      // Chromium asks the disk when the size is first read, and the page stands still meanwhile.
      found.push(listed(path, source));
      addFoldersOf(path, folders);
      if (performance.now() - since > LONGEST_TASK) {
        if (performance.now() - reported > REPORT_EVERY) {
          reported = performance.now();
          onFound(found.length);
        }
        await new Promise(resolve => setTimeout(resolve));
        since = performance.now();
      }
      if (signal.aborted) {
        throw new DOMException('Aborted', 'AbortError');
      }
    }
    onFound(found.length);
    return { files: found, folders: [...folders], unread: [] };
  }
}

/** Add the folders on the way to a file that are not there yet. */
function addFoldersOf(path: string, folders: Set<string>): void {
  for (
    let end = path.lastIndexOf('/');
    end > 0;
    end = path.lastIndexOf('/', end - 1)
  ) {
    const folder = path.slice(0, end);
    if (folders.has(folder)) {
      return;
    }
    folders.add(folder);
  }
}

function listed(path: string, source: FileSource): ITreeFile {
  const { size, lastModified } = source;
  return { path, size, lastModified, open: () => Promise.resolve(source) };
}
