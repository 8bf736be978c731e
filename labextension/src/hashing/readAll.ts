import type { IReadFile, IReadFiles } from '../engine/ports';
import type { IReadTogether } from './readTogether';

/** See `readTogether`. */
type ReadTogether = (
  whole: Blob,
  sizes: readonly number[]
) => Promise<IReadTogether | null>;

/**
 * Read small files whole (see `IHasher.readAll`).
 *
 * They go to the worker as one blob: a thousand would be a thousand more objects there, each with a connection to the
 * browser's own process, until somebody collects them.
 */
export async function readAll(
  files: readonly Blob[],
  read: ReadTogether
): Promise<IReadFiles> {
  const all = await readThose(files, read);
  if (all !== null) {
    return all;
  }
  // A file that can't be read makes all of it fail.
  const areThere = await Promise.all(files.map(isReadable));
  const there = files.filter((_, index) => areThere[index]);
  // Where each could be read a moment ago, one of them may change all the time.
  const rest = there.length < files.length ? await readAll(there, read) : NONE;
  let next = 0;
  return {
    bytes: rest.bytes,
    files: areThere.map(isThere =>
      isThere ? (rest.files[next++] ?? null) : null
    )
  };
}

const NONE: IReadFiles = { bytes: new ArrayBuffer(0), files: [] };

/** @returns null when one of them can't be read. */
async function readThose(
  files: readonly Blob[],
  read: ReadTogether
): Promise<IReadFiles | null> {
  const sizes = files.map(({ size }) => size);
  const together = await read(new Blob([...files]), sizes);
  return together === null
    ? null
    : {
        bytes: together.bytes,
        files: sizes.map((size, index): IReadFile => ({
          size,
          digest: together.digests[index] ?? null
        }))
      };
}

/** Whether a file is still what was picked. */
async function isReadable(file: Blob): Promise<boolean> {
  try {
    await file.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
