import { PathExt } from '@jupyterlab/coreutils';
import { throttled } from '../../engine/emitter';
import type { ITransfers } from '../../engine/model';
import { HOME } from '../../engine/ports';

/** Milliseconds between two refreshes while a tree arrives. */
const TREES_EVERY = 3_000;

/** What is needed of the model of a file browser. */
export interface IListing {
  readonly driveName: string;
  /** The folder that it shows. */
  readonly path: string;
  readonly isDisposed: boolean;
  items(): Iterable<{ readonly name: string }>;
  refresh(): Promise<void>;
}

/**
 * Refresh, for each file that arrives, the listings that show its folder.
 *
 * @param listings - those that are open now.
 */
export function refreshListings(
  transfers: ITransfers,
  listings: () => Iterable<IListing>
): void {
  const refresher = new ListingRefresher();
  refreshForTrees(transfers, listings);
  transfers.finished.subscribe(({ destination, path, tree }) => {
    if (destination !== HOME || tree !== null) {
      return;
    }
    for (const listing of listings()) {
      if (listing.driveName === '' && listing.path === PathExt.dirname(path)) {
        void refresher.show(listing, PathExt.basename(path));
      }
    }
  });
}

/** Refresh now and then the listings of folders into which files of a tree arrive, and once they are all there. */
function refreshForTrees(
  transfers: ITransfers,
  listings: () => Iterable<IListing>
): void {
  /** Files that had arrived when a listing was refreshed for a tree. */
  const shown = new Map<string, number>();
  const refresh = throttled(() => {
    for (const {
      key,
      destination,
      folder,
      path,
      tree
    } of transfers.transfers) {
      if (tree === null || destination !== HOME) {
        continue;
      }
      const arrived = tree.new + tree.replaced + tree.renamed;
      if (arrived === (shown.get(key) ?? 0)) {
        continue;
      }
      shown.set(key, arrived);
      for (const listing of listings()) {
        if (
          listing.driveName === '' &&
          (listing.path === folder || isWithin(listing.path, path))
        ) {
          void listing.refresh();
        }
      }
    }
  }, TREES_EVERY);
  transfers.changed.subscribe(() => {
    if (transfers.transfers.some(({ tree }) => tree !== null)) {
      refresh();
    }
  });
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Runs one refresh of a listing at a time, and one more for all that arrived in the meantime. */
class ListingRefresher {
  /** Make a file that arrived appear in a listing of its folder. */
  async show(listing: IListing, name: string): Promise<void> {
    const running = this.arrived.get(listing);
    if (running) {
      running.add(name);
      return;
    }
    const arrived = new Set([name]);
    this.arrived.set(listing, arrived);
    while (arrived.size > 0 && !listing.isDisposed) {
      const expected = [...arrived];
      arrived.clear();
      await listing.refresh();
      if (!holds(listing, expected)) {
        // The listing took the answer to a request that it had sent before the file was there.
        await listing.refresh();
      }
    }
    this.arrived.delete(listing);
  }

  /** The names that arrived since the refresh began which runs for a listing now. */
  private readonly arrived = new Map<IListing, Set<string>>();
}

function holds(listing: IListing, names: readonly string[]): boolean {
  const present = new Set([...listing.items()].map(({ name }) => name));
  return names.every(name => present.has(name));
}
