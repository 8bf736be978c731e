import {
  createCRC64,
  createMD5,
  createSHA256,
  createXXHash128
} from 'hash-wasm';
import type { IHasher, IReadFiles } from '../../src/engine/ports';
import type { Digest, DigestAlgorithm } from '../../src/engine/wire';
import { sourceUnreadable } from '../../src/engine/errors';
import { MemoryBlob } from './memorySource';
import { pass } from './pass';

const STATES = {
  'xxh3-128': await createXXHash128(),
  'sha-256': await createSHA256(),
  crc64nvme: await createCRC64('9a6c9329ac4bc9b5'),
  md5: await createMD5()
};

/** The digest of bytes, at once. */
export function digestOf(
  algorithm: DigestAlgorithm,
  bytes: Uint8Array
): Digest {
  const value = STATES[algorithm].init().update(bytes).digest('binary');
  return `${algorithm}=:${btoa(String.fromCharCode(...value))}:`;
}

/** In lower-case hex, as `sha256sum` prints it. */
export function sha256(bytes: Uint8Array | string): string {
  return STATES['sha-256'].init().update(bytes).digest('hex');
}

/** Real digests, in the time of a test's own clock. */
export class TestHasher implements IHasher {
  algorithms: readonly DigestAlgorithm[] = ['xxh3-128', 'sha-256'];
  /** Bytes a millisecond. */
  speed = Infinity;
  /** Every job but the composites', in order. */
  readonly jobs: { readonly bytes: number; readonly background: boolean }[] =
    [];

  async digest(
    algorithm: DigestAlgorithm,
    blob: Blob,
    options: Parameters<IHasher['digest']>[2]
  ): Promise<Digest> {
    const { signal, background = false, onProgress } = options;
    signal.throwIfAborted();
    if (!(blob instanceof MemoryBlob)) {
      return digestOf(algorithm, new Uint8Array(await blob.arrayBuffer()));
    }
    this.jobs.push({ bytes: blob.size, background });
    for (const part of [0.5, 1]) {
      await pass(blob.size / 2 / this.speed, signal);
      onProgress?.(Math.round(part * blob.size));
    }
    if (!blob.readable) {
      throw sourceUnreadable();
    }
    return digestOf(algorithm, blob.bytesNow);
  }

  async readAll(
    algorithm: DigestAlgorithm | null,
    files: readonly Blob[],
    signal: AbortSignal
  ): Promise<IReadFiles> {
    await pass(1, signal);
    const contents = files.map(file =>
      file instanceof MemoryBlob && file.readable ? file.bytesNow : null
    );
    const all = concatenated(contents);
    return {
      bytes: all.buffer,
      files: contents.map(bytes =>
        bytes === null
          ? null
          : {
              size: bytes.length,
              digest: algorithm === null ? null : digestOf(algorithm, bytes)
            }
      )
    };
  }
}

function concatenated(
  contents: readonly (Uint8Array | null)[]
): Uint8Array<ArrayBuffer> {
  const there = contents.filter(bytes => bytes !== null);
  const all = new Uint8Array(there.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const bytes of there) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}
