import code from 'bundled:hashing';
import type { IHasher } from '../engine/ports';
import { AVAILABLE } from '../hashing/available';
import { Hasher } from '../hashing/hasher';
import type { Jobs } from '../hashing/jobs';

/**
 * What computes digests for a widget, which is one file of code: its worker comes out of that, by an address that
 * the browser makes up.
 *
 * A page's policy may forbid such workers. It does not forbid such code, or the widget would not be here: then the
 * same code runs in the page.
 */
export function createHasher(): IHasher {
  let url: string | null = null;
  const address = () => {
    url ??= URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    return url;
  };
  return new Hasher(
    AVAILABLE,
    () => new Worker(address(), { type: 'module' }),
    async () =>
      ((await import(address())) as { readonly jobsInPage: Jobs }).jobsInPage
  );
}
