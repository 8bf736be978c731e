import { expect, it } from 'vitest';
import { digestOf } from '../../src/hashing/algorithms';
import { sliced, streamed } from '../../src/hashing/pieces';

const MiB = 1024 * 1024;

function noise(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7919) >> 5);
}

it('is written as in Content-Digest, the way the server writes it', async () => {
  const blob = new Blob(['The quick brown fox jumps over the lazy dog']);
  // From python-xxhash and hashlib.
  expect(await digestOf('xxh3-128', streamed(blob))).toBe(
    'xxh3-128=:3dZQIFyj5/okocwuOop2UQ==:'
  );
  expect(await digestOf('sha-256', streamed(blob))).toBe(
    'sha-256=:16j7swfXgJRpypq8sAguT41WUeRtPNt2LQLQvzfJ5ZI=:'
  );
});

it('is what stores compute', async () => {
  const check = () => streamed(new Blob(['123456789']));
  // The check value of CRC-64/NVME, ae8b14860a799888, its first byte first; and RFC 1321.
  expect(await digestOf('crc64nvme', check())).toBe('crc64nvme=:rosUhgp5mIg=:');
  expect(await digestOf('md5', check())).toBe('md5=:JfnnlDI7RTiF9RgfG2JNCw==:');
  expect(await digestOf('crc64nvme', streamed(new Blob([])))).toBe(
    'crc64nvme=:AAAAAAAAAAA=:'
  );
});

for (const [name, read] of Object.entries({ streamed, sliced })) {
  it.each([0, 1, 65_536, MiB, 3 * MiB + 17])(
    `is that of the whole, ${name}: %i bytes`,
    async size => {
      const bytes = noise(size);
      const sha = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      expect(await digestOf('sha-256', read(new Blob([bytes])))).toBe(
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
    blobs.map(blob => digestOf('xxh3-128', streamed(blob)))
  );
  for (const [index, blob] of blobs.entries()) {
    expect(await digestOf('xxh3-128', sliced(blob))).toBe(together[index]);
  }
});

/** Its first stream answers one read and forgets all others, as a browser may do. */
class ForgetfulBlob extends Blob {
  override slice(start?: number, end?: number): Blob {
    const whole = new Blob([this]).slice(start, end);
    if (start === 0) {
      let reads = 0;
      whole.stream = () =>
        new ReadableStream({
          type: 'bytes',
          autoAllocateChunkSize: 16,
          pull: controller => {
            reads += 1;
            return reads === 1
              ? controller.enqueue(new Uint8Array(16).fill(7))
              : new Promise<void>(() => undefined);
          }
        });
    }
    return whole;
  }
}

it('goes on after a read that is never answered', async () => {
  const bytes = new Uint8Array(100).fill(7);
  const read: number[] = [];
  for await (const piece of streamed(new ForgetfulBlob([bytes]))) {
    read.push(...piece);
  }
  expect(read).toEqual([...bytes]);
});
