import { expect, it } from 'vitest';
import { readAll } from '../../src/hashing/readAll';
import { readTogether } from '../../src/hashing/readTogether';
import type { DigestAlgorithm } from '../../src/engine/wire';
import { digestOf } from '../engine/digests';

const { signal } = new AbortController();

/** As a hasher reads them: the blobs that it is given are of several files, or of one. */
function read(
  algorithm: DigestAlgorithm | null,
  files: readonly Blob[],
  stop = signal
) {
  return readAll(files, (whole, sizes) =>
    readTogether(algorithm, whole, sizes, stop)
  );
}

/** A file that was changed on the disk since it was picked. */
class Changed extends Blob {
  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new DOMException('Changed', 'NotReadableError'));
  }
}

/** A file that can be read alone, and never with others: one that changes all the time looks so. */
class Restless extends Blob {}

/** Does something where a Blob made of one that can't be read can't be read either: only browsers have such. */
async function withBrokenBlobs(test: () => Promise<void>): Promise<void> {
  const RealBlob = globalThis.Blob;
  globalThis.Blob = class extends RealBlob {
    private readonly isBroken: boolean;
    constructor(parts: BlobPart[] = []) {
      super(parts);
      this.isBroken = parts.some(
        part => part instanceof Changed || part instanceof Restless
      );
    }
    override arrayBuffer(): Promise<ArrayBuffer> {
      return this.isBroken
        ? Promise.reject(new DOMException('Changed', 'NotReadableError'))
        : super.arrayBuffer();
    }
  };
  try {
    await test();
  } finally {
    globalThis.Blob = RealBlob;
  }
}

it('reads files one behind the other, each with its digest', async () => {
  const contents = ['one', '', 'three'].map(text =>
    new TextEncoder().encode(text)
  );
  const { bytes, files } = await read(
    'xxh3-128',
    contents.map(content => new Blob([content]))
  );
  expect(new TextDecoder().decode(bytes)).toBe('onethree');
  expect(files).toEqual(
    contents.map(content => ({
      size: content.length,
      digest: digestOf('xxh3-128', content)
    }))
  );
});

it('computes no digest where none is wanted', async () => {
  const { files } = await read(null, [new Blob(['abc'])]);
  expect(files).toEqual([{ size: 3, digest: null }]);
});

it('ends when it is stopped', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(read(null, [new Blob()], stop.signal)).rejects.toThrow();
});

it('leaves out what can not be read', () =>
  withBrokenBlobs(async () => {
    const { bytes, files } = await read('xxh3-128', [
      new Blob(['a']),
      new Changed(),
      new Blob(['c'])
    ]);
    expect(new TextDecoder().decode(bytes)).toBe('ac');
    expect(files.map(file => file?.size)).toEqual([1, undefined, 1]);
  }));

it('gives up on files that can be read alone and not together', () =>
  withBrokenBlobs(async () => {
    const { bytes, files } = await read('xxh3-128', [
      new Blob(['a']),
      new Restless(['b'])
    ]);
    expect(bytes.byteLength).toBe(0);
    expect(files).toEqual([null, null]);
  }));
