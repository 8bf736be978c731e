import type { IReadFile, IReadFiles } from '../engine/ports';
import type { DigestAlgorithm } from '../engine/wire';
import { digestOfBytes } from './algorithms';

/** Read small files whole (see `IHasher.readAll`). */
export async function readAll(
  algorithm: DigestAlgorithm | null,
  files: readonly Blob[],
  signal: AbortSignal
): Promise<IReadFiles> {
  signal.throwIfAborted();
  const { bytes, areThere } = await bytesOf(files);
  signal.throwIfAborted();
  const read: (IReadFile | null)[] = [];
  let at = 0;
  for (const [index, { size }] of files.entries()) {
    if (areThere[index] === false) {
      read.push(null);
      continue;
    }
    const content = new Uint8Array(bytes, at, size);
    at += size;
    const digest =
      algorithm === null ? null : await digestOfBytes(algorithm, content);
    read.push({ size, digest });
  }
  return { bytes, files: read };
}

/** All in one read, which costs the browser a fraction of one for each; a file that can't be read makes that fail. */
async function bytesOf(files: readonly Blob[]): Promise<{
  readonly bytes: ArrayBuffer;
  readonly areThere: readonly boolean[];
}> {
  try {
    const bytes = await new Blob([...files]).arrayBuffer();
    return { bytes, areThere: files.map(() => true) };
  } catch {
    const areThere = await Promise.all(files.map(isReadable));
    const there = files.filter((_, index) => areThere[index]);
    if (there.length === files.length) {
      // Those that could not be read a moment ago: one of them may change all the time.
      return { bytes: new ArrayBuffer(0), areThere: files.map(() => false) };
    }
    const rest = await bytesOf(there);
    let next = 0;
    return {
      bytes: rest.bytes,
      areThere: areThere.map(
        isThere => isThere && rest.areThere[next++] === true
      )
    };
  }
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
