import {
  createCRC64,
  createMD5,
  createSHA256,
  createXXHash128
} from 'hash-wasm';
import type { IHasher as IState } from 'hash-wasm';
import type { Digest, DigestAlgorithm } from '../engine/wire';

/** CRC-64/NVME, the bits of its polynomial in reverse. */
const NVME = '9a6c9329ac4bc9b5';

/** In WebAssembly: that works where WebCrypto does not, on pages without https, and piece by piece. */
const CREATE = {
  'xxh3-128': () => createXXHash128(),
  'sha-256': () => createSHA256(),
  crc64nvme: () => createCRC64(NVME),
  md5: () => createMD5()
} satisfies Record<DigestAlgorithm, () => Promise<IState>>;

/** Not in use; making one takes longer than digesting a small file. */
const idle = new Map<DigestAlgorithm, IState[]>();

/** The digest of `pieces`, one after the other. */
export function digestOf(
  algorithm: DigestAlgorithm,
  pieces: AsyncIterable<Uint8Array>
): Promise<Digest> {
  return computed(algorithm, async state => {
    for await (const piece of pieces) {
      state.update(piece);
    }
  });
}

/** The digest of what is in memory already. */
export function digestOfBytes(
  algorithm: DigestAlgorithm,
  bytes: Uint8Array
): Promise<Digest> {
  return computed(algorithm, state => {
    state.update(bytes);
  });
}

async function computed(
  algorithm: DigestAlgorithm,
  feed: (state: IState) => Promise<void> | void
): Promise<Digest> {
  const spare = idle.get(algorithm) ?? [];
  idle.set(algorithm, spare);
  const state = spare.pop() ?? (await CREATE[algorithm]());
  try {
    state.init();
    await feed(state);
    const base64 = btoa(String.fromCharCode(...state.digest('binary')));
    return `${algorithm}=:${base64}:`;
  } finally {
    spare.push(state);
  }
}
