import type { IShared } from '../queue/shared';
import { Retry } from '../retrying/retry';
import { blobOf, openEntries, readEntries } from './batches/batch';
import { directDigest } from './batches/batchWay';
import { pathIn } from './place';
import { isLarge, LARGEST_BATCH } from './batches/batchSize';
import type { Entries } from './entries/entries';
import type { Entry } from './entries/entry';
import type { ITreePlace } from './place';

/** Files that are removed in one request. */
const AT_ONCE = 500;

const ATTEMPTS = 6;

/**
 * Remove what a tree brought, as far as it is on the server just as it was sent, and the folders that are empty then.
 * Never rejects: what can't be removed stays.
 */
export async function takeBack(
  { transport, hasher }: Pick<IShared, 'transport' | 'hasher'>,
  { destination, folder }: ITreePlace,
  entries: Entries
): Promise<void> {
  const { signal } = new AbortController();
  const remove = (
    files: Parameters<typeof transport.remove>[1],
    folders: readonly string[]
  ) =>
    new Retry({ attempts: ATTEMPTS }).run(() =>
      transport.remove(destination, files, folders)
    );
  try {
    const algorithm =
      (await new Retry({ attempts: ATTEMPTS }).run(() =>
        directDigest({ transport, hasher }, destination)
      )) ?? hasher.algorithms[0];
    if (algorithm === undefined) {
      return;
    }
    const arrived = [
      ...entries.of('new'),
      ...entries.of('queued').filter(mayBeThere)
    ];
    const open = (some: readonly Entry[]) => openEntries(some, () => undefined);
    for (const one of await open(arrived.filter(isLarge))) {
      const digest = await hasher.digest(algorithm, blobOf(one), { signal });
      const { path, size } = one.entry;
      await remove([{ path: pathIn(folder, path), size, digest }], []);
    }
    const small = arrived.filter(entry => !isLarge(entry));
    for (const some of inBatches(small)) {
      const opened = await open(some);
      const read = await hasher.readAll(algorithm, opened.map(blobOf), signal);
      const files = readEntries(opened, read, () => undefined).map(
        ({ entry, read: { size, digest } }) => ({
          path: pathIn(folder, entry.path),
          size,
          digest: digest ?? undefined
        })
      );
      await remove(files, []);
    }
    await remove(
      [],
      entries.folders.map(path => pathIn(folder, path))
    );
  } catch {
    // Then it stays; the listing shows it.
  }
}

/** It was on its way when the tree was stopped, to a name that was free. */
function mayBeThere({ existing, mayHaveArrived }: Entry): boolean {
  return mayHaveArrived && existing === null;
}

/** No more bytes at once than a batch has. */
function* inBatches(entries: readonly Entry[]): Generator<Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (batch.length === AT_ONCE || bytes + entry.size > LARGEST_BATCH) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry.size;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
