import type { IHasher } from '../engine/ports';
import { AVAILABLE } from './available';
import { Hasher } from './hasher';

/** What computes the digests of a page. */
export function createHasher(): IHasher {
  return new Hasher(
    AVAILABLE,
    // The bundler finds the worker by this very form.
    () => new Worker(new URL('./worker.js', import.meta.url)),
    async () => (await import('./inPage')).jobsInPage
  );
}
