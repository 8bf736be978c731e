import { expect, it } from 'vitest';
import { readAll } from '../../src/hashing/readAll';
import { digestOf } from '../engine/digests';

const { signal } = new AbortController();

/** A file that was changed on the disk since it was picked. */
class Changed extends Blob {
  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new DOMException('Changed', 'NotReadableError'));
  }
}

it('reads files one behind the other, each with its digest', async () => {
  const contents = ['one', '', 'three'].map(text =>
    new TextEncoder().encode(text)
  );
  const { bytes, files } = await readAll(
    'xxh3-128',
    contents.map(content => new Blob([content])),
    signal
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
  const { files } = await readAll(null, [new Blob(['abc'])], signal);
  expect(files).toEqual([{ size: 3, digest: null }]);
});

it('ends when it is stopped', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(readAll(null, [new Blob()], stop.signal)).rejects.toThrow();
});

it('leaves out what can not be read', async () => {
  // A Blob made of one that can't be read can't be read either; only browsers have such, so it is said here.
  const RealBlob = globalThis.Blob;
  globalThis.Blob = class extends RealBlob {
    private readonly isBroken: boolean;
    constructor(parts: BlobPart[] = []) {
      super(parts);
      this.isBroken = parts.some(part => part instanceof Changed);
    }
    override arrayBuffer(): Promise<ArrayBuffer> {
      return this.isBroken
        ? Promise.reject(new DOMException('Changed', 'NotReadableError'))
        : super.arrayBuffer();
    }
  };
  try {
    const { bytes, files } = await readAll(
      'xxh3-128',
      [new Blob(['a']), new Changed(), new Blob(['c'])],
      signal
    );
    expect(new TextDecoder().decode(bytes)).toBe('ac');
    expect(files.map(file => file?.size)).toEqual([1, undefined, 1]);
  } finally {
    globalThis.Blob = RealBlob;
  }
});
