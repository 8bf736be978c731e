import { digestOnServer } from './digests';
import type { IHasher, ISource } from './ports';
import type { ITransport } from './wire';

/**
 * Whether the file at `path` on the server has the very bytes of `source`; both sides read at once.
 *
 * Rejects when either can't be read.
 */
export async function isIdentical(
  { transport, hasher }: { transport: ITransport; hasher: IHasher },
  path: string,
  source: ISource,
  signal: AbortSignal
): Promise<boolean> {
  const [algorithm] = hasher.algorithms;
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
      digestOnServer(transport, path, algorithm, { signal: both })
    ]);
    return here === there;
  } finally {
    // The other side need not go on when one has failed.
    stop.abort();
  }
}
