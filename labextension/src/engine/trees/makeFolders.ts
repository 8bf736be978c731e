import type { Retry } from '../retrying/retry';
import type { ITransport } from '../wire';
import type { Entries } from './entries/entries';
import { pathIn } from './place';
import type { ITreePlace } from './place';

/** Folders that are made in one request. */
const AT_ONCE = 5_000;

/** Make all folders of a tree where they are missing; those that can't be made are among its entries then. */
export async function makeFolders(
  { transport }: { readonly transport: ITransport },
  { destination, folder }: ITreePlace,
  entries: Entries,
  retry: Retry,
  signal: AbortSignal
): Promise<void> {
  const { folders } = entries;
  for (let at = 0; at < folders.length; at += AT_ONCE) {
    const some = folders.slice(at, at + AT_ONCE);
    const receipt = await retry.run(
      () =>
        transport.sendBatch(
          destination,
          { folders: some.map(path => pathIn(folder, path)), files: [] },
          [],
          { signal, onProgress: () => undefined }
        ),
      signal
    );
    receipt.folders.forEach((outcome, index) => {
      if (outcome.state === 'failed') {
        const { error } = outcome;
        const state = error.reason === 'hidden' ? 'left-out' : 'failed';
        entries.addFolder(some[index] ?? '', state, error);
      }
    });
  }
}
