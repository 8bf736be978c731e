import type { IHasher } from '../engine/ports';
import { Hasher } from './hasher';

/** What computes the digests of a page. */
export function createHasher(): IHasher {
  return new Hasher(
    // Lockdown modes of browsers forbid WebAssembly; then nothing is offered to the server, and nothing verified.
    typeof WebAssembly === 'object'
      ? ['xxh3-128', 'sha-256', 'crc64nvme', 'md5']
      : [],
    // The bundler finds the worker by this very form.
    () => new Worker(new URL('./worker.js', import.meta.url)),
    async () => (await import('./inPage')).jobsInPage
  );
}
