import { expect, it, vi } from 'vitest';
import { digestOf } from '../../src/hashing/algorithms';
import { readInPage, readInWorker } from '../../src/hashing/pieces';

const MiB = 1024 * 1024;

/** A blob whose bytes can be had at once, as in a worker. */
class MemoryBlob extends Blob {
  constructor(readonly content: Uint8Array<ArrayBuffer>) {
    super([content]);
  }

  override slice(start?: number, end?: number): MemoryBlob {
    return new MemoryBlob(this.content.slice(start, end));
  }
}

vi.stubGlobal(
  'FileReaderSync',
  class {
    readAsArrayBuffer(blob: MemoryBlob): ArrayBuffer {
      return blob.content.buffer;
    }
  }
);

function noise(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7919) >> 5);
}

it('is written as in Content-Digest, the way the server writes it', async () => {
  const blob = new Blob(['The quick brown fox jumps over the lazy dog']);
  // From python-xxhash and hashlib.
  expect(await digestOf('xxh3-128', readInPage(blob))).toBe(
    'xxh3-128=:3dZQIFyj5/okocwuOop2UQ==:'
  );
  expect(await digestOf('sha-256', readInPage(blob))).toBe(
    'sha-256=:16j7swfXgJRpypq8sAguT41WUeRtPNt2LQLQvzfJ5ZI=:'
  );
});

it('is what stores compute', async () => {
  const check = () => readInPage(new Blob(['123456789']));
  // The check value of CRC-64/NVME, ae8b14860a799888, its first byte first; and RFC 1321.
  expect(await digestOf('crc64nvme', check())).toBe('crc64nvme=:rosUhgp5mIg=:');
  expect(await digestOf('md5', check())).toBe('md5=:JfnnlDI7RTiF9RgfG2JNCw==:');
  expect(await digestOf('crc64nvme', readInPage(new Blob([])))).toBe(
    'crc64nvme=:AAAAAAAAAAA=:'
  );
});

for (const [name, read] of Object.entries({ readInWorker, readInPage })) {
  it.each([0, 1, 65_536, MiB, 3 * MiB + 17, 17 * MiB])(
    `is that of the whole, ${name}: %i bytes`,
    async size => {
      const bytes = noise(size);
      const sha = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      expect(await digestOf('sha-256', read(new MemoryBlob(bytes)))).toBe(
        `sha-256=:${btoa(String.fromCharCode(...sha))}:`
      );
    }
  );
}

it('keeps apart what is computed at the same time', async () => {
  const blobs = [noise(MiB), noise(2 * MiB), noise(10)].map(
    bytes => new Blob([bytes])
  );
  const together = await Promise.all(
    blobs.map(blob => digestOf('xxh3-128', readInPage(blob)))
  );
  for (const [index, blob] of blobs.entries()) {
    expect(await digestOf('xxh3-128', readInPage(blob))).toBe(together[index]);
  }
});
