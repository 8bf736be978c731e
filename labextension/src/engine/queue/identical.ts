import { digestOnServer } from '../sending/digests';
import { HOME } from '../ports';
import type { IHasher, ISource } from '../ports';
import type { IPlace } from '../resuming/serverUploads';
import type { DigestAlgorithm, ITransport } from '../wire';

/** What many buckets keep with their objects, so that the server need not read them. */
const KEPT_BY_BUCKETS: DigestAlgorithm = 'crc64nvme';

/**
 * Whether the file at `place` has the very bytes of `source`; both sides read at once.
 *
 * Rejects when either can't be read.
 */
export async function isIdentical(
  { transport, hasher }: { transport: ITransport; hasher: IHasher },
  place: IPlace,
  source: ISource,
  signal: AbortSignal
): Promise<boolean> {
  const { algorithms } = hasher;
  const algorithm =
    place.destination !== HOME && algorithms.includes(KEPT_BY_BUCKETS)
      ? KEPT_BY_BUCKETS
      : algorithms[0];
  if (algorithm === undefined || source.size === 0) {
    return source.size === 0;
  }
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  try {
    const [here, there] = await Promise.all([
      hasher.digest(algorithm, source.slice(0, source.size), {
        signal: both,
        background: true
      }),
      digestOnServer(transport, place, algorithm, { signal: both })
    ]);
    return here === there;
  } finally {
    // The other side need not go on when one has failed.
    stop.abort();
  }
}
