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
