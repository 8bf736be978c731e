import { sourceUnreadable } from '../../errors';
import type { Failure } from '../../errors';
import type { IReadFile, IReadFiles, ISource } from '../../ports';
import type { IBatchFile } from '../../wire';
import type { Entry } from '../entries/entry';
import { pathIn } from '../place';
import { tellOfUnseen } from './unseenMemory';

/** Files that are opened at once. */
const OPENED_AT_ONCE = 16;

/** About the bytes of a browser's own that an open file takes, while its object is there. */
const MEMORY_OF_OPEN_FILE = 2 ** 16;

/** A file that can be read. */
export interface IOpenEntry {
  readonly entry: Entry;
  readonly source: ISource;
}

/** A file whose bytes have been read. */
export interface IReadEntry extends IOpenEntry {
  readonly read: IReadFile;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type OnFailure = (entry: Entry, error: Failure) => void;

/** Open `entries`; those that can't be are given to `onFailure`. */
export async function openEntries(
  entries: readonly Entry[],
  onFailure: OnFailure
): Promise<readonly IOpenEntry[]> {
  const opened = new Array<IOpenEntry | null>(entries.length).fill(null);
  const left = entries.entries();
  const open = async () => {
    for (const [index, entry] of left) {
      try {
        opened[index] = { entry, source: await entry.open() };
      } catch (error) {
        onFailure(entry, sourceUnreadable(error));
      }
    }
  };
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, open));
  tellOfUnseen(entries.length * MEMORY_OF_OPEN_FILE);
  return opened.filter(one => one !== null);
}

/** All of a file, without reading it. */
export function blobOf({ source }: IOpenEntry): Blob {
  return source.slice(0, source.size);
}

/** What was read of `entries`; those that changed, or could not be read, are given to `onFailure`. */
export function readEntries(
  entries: readonly IOpenEntry[],
  { bytes, files }: IReadFiles,
  onFailure: OnFailure
): readonly IReadEntry[] {
  const found: IReadEntry[] = [];
  let at = 0;
  entries.forEach((open, index) => {
    const read = files[index] ?? null;
    if (read === null) {
      onFailure(open.entry, sourceUnreadable());
      return;
    }
    const content = new Uint8Array(bytes, at, read.size);
    at += read.size;
    found.push({ ...open, read, bytes: content });
  });
  return found;
}

/** What the manifest says of a file. */
export function manifestOf(
  { entry, source, read }: IReadEntry,
  folder: string
): IBatchFile {
  return {
    path: pathIn(folder, entry.path),
    size: read.size,
    last_modified: source.lastModified,
    digest: read.digest,
    on_conflict: entry.onConflict
  };
}
