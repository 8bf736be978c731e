import { beforeEach, describe, expect, it } from 'vitest';
import { ObjectListing } from '../../src/destinations/objectListing';
import { PlacesModel } from './placesModel';

let places: PlacesModel;
let listing: ObjectListing;

beforeEach(() => {
  places = new PlacesModel();
  listing = new ObjectListing(places);
  for (const path of ['a', 'b', 'run/1', 'run/2', 'z']) {
    places.objectsThere.set(path, 10);
  }
});

function names(): readonly string[] {
  return [...listing.prefixes, ...listing.objects.map(({ path }) => path)];
}

describe('a listing', () => {
  it('grows page by page', async () => {
    await listing.open('lab', '');
    expect(names()).toEqual(['a', 'b']);
    expect(listing.hasMore).toBe(true);
    await listing.loadMore();
    expect(names()).toEqual(['run/', 'a', 'b', 'z']);
    expect(listing.hasMore).toBe(false);
    await listing.loadMore();
    expect(names()).toEqual(['run/', 'a', 'b', 'z']);
  });

  it('shows nothing of the folder before', async () => {
    await listing.open('lab', '');
    const opening = listing.open('lab', 'run');
    expect(names()).toEqual([]);
    expect(listing.state).toBe('loading');
    await opening;
    expect(names()).toEqual(['run/1', 'run/2']);
  });

  it('hears nothing that comes too late', async () => {
    let answer = (): void => undefined;
    places.gate = new Promise(resolve => {
      answer = resolve;
    });
    const slow = listing.open('lab', '');
    await listing.open('lab', 'run');
    answer();
    await slow;
    expect(names()).toEqual(['run/1', 'run/2']);
    expect(listing.state).toBe('loaded');
  });

  it('keeps what it shows while it is fetched anew', async () => {
    await listing.open('lab', 'run');
    places.objectsThere.set('run/0', 1);
    const refreshing = listing.refresh();
    expect(names()).toEqual(['run/1', 'run/2']);
    await refreshing;
    expect(names()).toEqual(['run/0', 'run/1']);
  });

  it('says why it failed, and fetches again the page that did', async () => {
    await listing.open('lab', '');
    places.broken.add('lab');
    await listing.loadMore();
    expect(listing.state).toBe('failed');
    expect(listing.problem).toEqual(new Error('Access denied.'));
    expect(names()).toEqual(['a', 'b']);
    places.broken.clear();
    await listing.retry();
    expect(names()).toEqual(['run/', 'a', 'b', 'z']);
  });

  it('loses what is deleted, and only that', async () => {
    await listing.open('lab', '');
    const [first] = listing.objects;
    await listing.delete(first!);
    expect(names()).toEqual(['b']);
    expect([...places.objectsThere.keys()]).not.toContain('a');
    await expect(listing.delete(first!)).rejects.toThrow('Not there.');
    expect(names()).toEqual(['b']);
  });
});
