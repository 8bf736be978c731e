import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { IListing } from '../../src/ui/shell/listingRefresh';
import { refreshListings } from '../../src/ui/shell/listingRefresh';
import { MemorySource } from '../engine/memorySource';
import { Page } from '../engine/page';
import { ServerModel } from '../engine/serverModel';

/** A listing of the server's files, which shows what was there when it last looked. */
class Listing implements IListing {
  isDisposed = false;
  refreshes = 0;
  /** Milliseconds that a refresh takes. */
  slowness = 1;
  private shown: readonly string[] = [];

  constructor(
    private readonly server: ServerModel,
    readonly path: string,
    readonly driveName = ''
  ) {}

  *items(): Iterable<{ name: string }> {
    for (const name of this.shown) {
      yield { name };
    }
  }

  async refresh(): Promise<void> {
    this.refreshes += 1;
    const prefix = this.path && `${this.path}/`;
    const found = [...this.server.files.keys()]
      .filter(path => path.startsWith(prefix))
      .map(path => path.slice(prefix.length));
    await new Promise(resolve => setTimeout(resolve, this.slowness));
    this.shown = found;
  }

  get names(): readonly string[] {
    return [...this.shown].sort();
  }
}

let server: ServerModel;
let page: Page;

const open = (...listings: Listing[]) =>
  refreshListings(page.transfers, () => listings);

beforeEach(() => {
  vi.useFakeTimers();
  server = new ServerModel();
  page = new Page(server);
  return () => vi.useRealTimers();
});

describe('a listing', () => {
  it('is refreshed once for a file that arrives in its folder', async () => {
    const here = new Listing(server, 'data');
    const above = new Listing(server, '');
    const elsewhere = new Listing(server, 'data', 'Drive');
    open(here, above, elsewhere);
    page.transfers.add([new MemorySource('a', 30_000)], 'data');
    await page.idle();
    await page.pass(1_000, 100);
    expect(here.names).toEqual(['a']);
    expect([here, above, elsewhere].map(({ refreshes }) => refreshes)).toEqual([
      1, 0, 0
    ]);
  });

  it('shows every file of a burst without a refresh for each', async () => {
    const listing = new Listing(server, '');
    listing.slowness = 200;
    open(listing);
    const files = Array.from(
      { length: 20 },
      (_, index) => new MemorySource(`f${10 + index}`, 100)
    );
    page.transfers.add(files, '');
    await page.idle();
    await page.pass(5_000, 100);
    expect(listing.names).toEqual(files.map(({ name }) => name));
    expect(listing.refreshes).toBeLessThan(10);
  });

  it('looks once more when it was given an older answer', async () => {
    const listing = new Listing(server, '');
    open(listing);
    // Like JupyterLab's own listing, which joins a request that is under way already.
    const look = listing.refresh.bind(listing);
    listing.refresh = () => {
      listing.refresh = look;
      listing.refreshes += 1;
      return Promise.resolve();
    };
    page.transfers.add([new MemorySource('a', 100)], '');
    await page.idle();
    await page.pass(1_000, 100);
    expect(listing.names).toEqual(['a']);
    expect(listing.refreshes).toBe(2);
  });
});
