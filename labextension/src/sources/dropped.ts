/** What was dropped. Call these in the event itself: when it is over, a browser gives nothing any more. */

import { isFolder } from './entries';
import { FileSource } from './file';
import type { Explain } from './folder';
import type { IPicked } from './picked';
import { treeOfEntry } from './tree';

/** Whether there is a folder among it, or a file of at least so many bytes. */
export function isLargeDrop(
  { items }: Pick<DataTransfer, 'items'>,
  bytes: number
): boolean {
  return filesOf(items).some(
    item =>
      isFolder(item.webkitGetAsEntry()) ||
      (item.getAsFile()?.size ?? 0) >= bytes
  );
}

/** @returns the files side by side, and a tree for each folder. */
export async function dropped(
  { items }: Pick<DataTransfer, 'items'>,
  explain: Explain
): Promise<IPicked> {
  // No `await` may come before everything is taken.
  const taken = filesOf(items).map(item => {
    const entry = item.webkitGetAsEntry();
    return {
      folder: isFolder(entry) ? entry : null,
      // The item's own file is sent faster than one that comes from its handle.
      file: isFolder(entry) ? null : item.getAsFile(),
      handle: handleOf(item)
    };
  });
  const files = [];
  const trees = [];
  for (const { folder, file, handle } of taken) {
    const opener = await handle;
    if (folder !== null) {
      const again = opener?.kind === 'directory' ? opener : undefined;
      trees.push(treeOfEntry(folder, explain, again));
    } else if (file !== null) {
      const again = opener?.kind === 'file' ? opener : undefined;
      files.push(new FileSource(file, again, file));
    }
  }
  return { files, trees };
}

function filesOf(items: DataTransferItemList): DataTransferItem[] {
  return [...items].filter(({ kind }) => kind === 'file');
}

/** What opens it again on a later visit; null where the browser has no such thing, or does not give it for this. */
async function handleOf(
  item: DataTransferItem
): Promise<FileSystemFileHandle | FileSystemDirectoryHandle | null> {
  try {
    return (await item.getAsFileSystemHandle?.()) ?? null;
  } catch {
    return null;
  }
}
