import type { IReadFile, IReadFiles } from '../engine/ports';
import type { DigestAlgorithm } from '../engine/wire';
import { digestOfBytes } from './algorithms';

/** Files that are read at once: a read is mostly waiting for the browser's own process. */
const AT_ONCE = 16;

/** Read small files whole (see `IHasher.readAll`). */
export async function readAll(
  algorithm: DigestAlgorithm | null,
  files: readonly Blob[],
  signal: AbortSignal
): Promise<IReadFiles> {
  const contents = new Array<Uint8Array | null>(files.length).fill(null);
  const read = new Array<IReadFile | null>(files.length).fill(null);
  const left = files.entries();
  const reader = async () => {
    for (const [index, file] of left) {
      signal.throwIfAborted();
      const bytes = await bytesOf(file);
      if (bytes !== null) {
        const digest =
          algorithm === null ? null : await digestOfBytes(algorithm, bytes);
        contents[index] = bytes;
        read[index] = { size: bytes.length, digest };
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  signal.throwIfAborted();
  return { bytes: concatenated(contents), files: read };
}

/** Null when the file is no longer what was picked, or can't be read. */
async function bytesOf(file: Blob): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return null;
  }
}

function concatenated(contents: readonly (Uint8Array | null)[]): ArrayBuffer {
  const length = contents.reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0);
  const all = new Uint8Array(length);
  let at = 0;
  for (const bytes of contents) {
    if (bytes !== null) {
      all.set(bytes, at);
      at += bytes.length;
    }
  }
  return all.buffer;
}
