import type { IHasher } from '../ports';
import type { IPlace } from '../resuming/serverUploads';
import type { Digest, DigestAlgorithm, IPart, ITransport } from '../wire';
import { Retry } from '../retrying/retry';
import { sleep } from '../retrying/sleep';

/** Milliseconds between two requests for a digest that is being computed; the server holds each up to 10 s itself. */
const POLL_INTERVAL = 500;

/** Requests that fail one after the other before nobody waits for the digest any longer. */
const ATTEMPTS = 6;

/** The bytes of a digest in lower-case hex, as `sha256sum` prints them. */
export function toHex(digest: Digest): string {
  const base64 = digest.slice(digest.indexOf('=:') + 2, -1);
  return [...atob(base64)]
    .map(byte => byte.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('');
}

/** What stands for all bytes of a file whose chunks were verified one by one (docs/wire.md). */
export async function composite(
  parts: readonly IPart[],
  hasher: IHasher,
  signal: AbortSignal
): Promise<string> {
  const lines = parts.map(
    ([start, end, digest]) => `${start} ${end} ${digest}\n`
  );
  return toHex(await hasher.digest('sha-256', new Blob(lines), { signal }));
}

/** The digest of a finished file as the server reads it; goes on through short outages. */
export async function digestOnServer(
  transport: ITransport,
  { destination, path }: IPlace,
  algorithm: DigestAlgorithm,
  options: { signal: AbortSignal; onProgress?: (read: number) => void }
): Promise<Digest> {
  const { signal, onProgress } = options;
  for (;;) {
    const answer = await new Retry({ attempts: ATTEMPTS }).run(
      () => transport.digest(path, algorithm, destination, signal),
      signal
    );
    if ('digest' in answer) {
      return answer.digest;
    }
    onProgress?.(answer.checked);
    await sleep(POLL_INTERVAL, signal);
    signal.throwIfAborted();
  }
}
