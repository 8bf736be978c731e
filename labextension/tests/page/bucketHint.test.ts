import { beforeEach, describe, expect, it } from 'vitest';
import { BucketHint } from '../../src/destinations/bucketHint';
import { MemorySource } from '../engine/memorySource';
import { openPage, Page } from '../engine/page';
import type { ServerModel } from '../engine/serverModel';
import { PlacesModel } from './placesModel';

let server: ServerModel;
let page: Page;
let places: PlacesModel;
let hint: BucketHint;

beforeEach(() => {
  ({ server, page } = openPage());
  places = new PlacesModel();
  hint = new BucketHint(page.transfers, places);
});

async function upload(...files: readonly MemorySource[]): Promise<void> {
  await hint.consider(files, page.transfers.add(files, ''));
}

const SMALL = new MemorySource('small', 9_000);
const LARGE = new MemorySource('large', 40_000);

describe('the advice to use a bucket', () => {
  it('is about large files only, and names what was found to work', async () => {
    places.broken.add('lab');
    await upload(SMALL, LARGE);
    expect(hint.advice).toMatchObject({
      files: 1,
      size: 40_000,
      buckets: [{ name: 'scratch' }]
    });
  });

  it.each<[string, () => void]>([
    ['no file is large', () => (places.hintAbove = 40_000)],
    ['the administrator wants none', () => (places.hintAbove = 0)],
    ['there is no bucket', () => (places.list = places.list.slice(0, 1))],
    [
      'no bucket works',
      () => ['lab', 'scratch'].forEach(name => places.broken.add(name))
    ]
  ])('is not given where %s', async (_, arrange) => {
    arrange();
    await upload(LARGE);
    expect(hint.advice).toBeNull();
  });

  it('holds nothing up, and goes when all is there', async () => {
    await upload(LARGE);
    expect(hint.advice).not.toBeNull();
    await page.idle();
    await page.pass(500);
    expect(hint.advice).toBeNull();
    expect([...server.files.keys()]).toEqual(['large']);
  });

  it('takes the files to the bucket, and leaves nothing in the home folder', async () => {
    await upload(SMALL, LARGE);
    await page.until(() => page.row('large').sent > 5_000);
    const moving = hint.moveTo('lab');
    await page.pass(500);
    await moving;
    await page.idle();
    expect([...server.files.keys()].sort()).toEqual(['lab:large', 'small']);
    expect(server.files.get('lab:large')).toEqual(LARGE.content);
    expect(server.partials.size).toBe(0);
    expect(hint.advice).toBeNull();
    expect(places.chosen).toEqual({ destination: 'lab', prefix: '' });
  });

  it('does not take along what has arrived', async () => {
    await upload(new MemorySource('first', 11_000), LARGE);
    await page.until(() => page.row('first').state === 'done');
    const moving = hint.moveTo('lab');
    await page.pass(500);
    await moving;
    await page.idle();
    expect([...server.files.keys()].sort()).toEqual(['first', 'lab:large']);
  });

  it('is given no more on this page, once it was declined', async () => {
    await upload(LARGE);
    hint.decline();
    expect(hint.advice).toBeNull();
    await upload(new MemorySource('another', 50_000));
    expect(hint.advice).toBeNull();
    await page.idle();
    expect([...server.files.keys()].sort()).toEqual(['another', 'large']);
  });

  it('is not given for what an earlier visit began', async () => {
    page.transfers.add([LARGE], '');
    await page.until(() => page.row('large').sent > 5_000);
    page.close();
    const later = new Page(server);
    await Promise.all([later.transfers.restore(), later.pass(50)]);
    hint = new BucketHint(later.transfers, places);
    await hint.consider([LARGE], later.transfers.add([LARGE], ''));
    expect(hint.advice).toBeNull();
    await later.idle();
    expect([...server.files.keys()]).toEqual(['large']);
  });
});
