import { Failure, sourceUnreadable } from '../errors';
import type { IReadFile, IReadFiles, ISource } from '../ports';
import type { IBatchFile } from '../wire';
import type { Entry } from './entry';

/** A file whose bytes have been read. */
export interface IReadEntry {
  readonly entry: Entry;
  readonly read: IReadFile;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What was read of `entries`; those that changed, or could not be read, are given to `onFailure`. */
export function readEntries(
  entries: readonly Entry[],
  { bytes, files }: IReadFiles,
  onFailure: (entry: Entry, error: Failure) => void
): IReadEntry[] {
  const found: IReadEntry[] = [];
  let at = 0;
  entries.forEach((entry, index) => {
    const read = files[index] ?? null;
    if (read !== null) {
      at += read.size;
    }
    if (read === null || read.size !== entry.size) {
      onFailure(entry, sourceUnreadable());
    } else {
      found.push({
        entry,
        read,
        bytes: new Uint8Array(bytes, at - read.size, read.size)
      });
    }
  });
  return found;
}

/** What the manifest says of a file. */
export function manifestOf(
  { entry, read }: IReadEntry,
  folder: string
): IBatchFile {
  return {
    path: pathIn(folder, entry.path),
    size: read.size,
    last_modified: sourceOf(entry).lastModified,
    digest: read.digest,
    on_conflict: entry.onConflict
  };
}

export function pathIn(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** All of a file that was found, without reading it. */
export function blobOf(entry: Entry): Blob {
  const source = sourceOf(entry);
  return source.slice(0, source.size);
}

function sourceOf({ source, path }: Entry): ISource {
  if (source === null) {
    throw new Failure('internal', `${path} was never found.`);
  }
  return source;
}
