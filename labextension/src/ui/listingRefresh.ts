/**
 * Uploaded files appear in the listings.
 */

import { PathExt } from '@jupyterlab/coreutils';
import type { FileBrowser } from '@jupyterlab/filebrowser';

import type { ITransfers } from '../engine/ports';

type Listing = FileBrowser['model'];

/**
 * Refresh, for each file that arrives, the listings that show its folder.
 *
 * @param browsers - the file browsers that are open now.
 */
export function refreshListings(
  transfers: ITransfers,
  browsers: () => Iterable<FileBrowser>
): void {
  const refresher = new ListingRefresher();
  transfers.finished.subscribe(({ path }) => {
    for (const { model } of browsers()) {
      if (model.driveName === '' && model.path === PathExt.dirname(path)) {
        void refresher.show(model, PathExt.basename(path));
      }
    }
  });
}

/** Runs one refresh of a listing at a time, and one more for all that arrived in the meantime. */
class ListingRefresher {
  /** Make a file that arrived appear in a listing of its folder. */
  async show(listing: Listing, name: string): Promise<void> {
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
  private readonly arrived = new Map<Listing, Set<string>>();
}

function holds(listing: Listing, names: readonly string[]): boolean {
  const present = new Set([...listing.items()].map(({ name }) => name));
  return names.every(name => present.has(name));
}
