import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { targetInListing } from '../../src/ui/drops/listing';
import { targetInPanel } from '../../src/ui/drops/panel';
import { shortName } from '../../src/ui/drops/target';
import { place, PlacesModel } from '../page/placesModel';
import { english } from './english';

/** A thing of a page that knows what it is in. */
class Thing {
  constructor(
    readonly selector: string,
    readonly parent: Thing | null = null,
    readonly dataset: Record<string, string> = {}
  ) {}

  closest(selector: string): Thing | null {
    return this.selector === selector
      ? this
      : (this.parent?.closest(selector) ?? null);
  }

  querySelector(): null {
    return null;
  }
}

beforeAll(() => {
  vi.stubGlobal('Element', Thing);
});

afterAll(() => {
  vi.unstubAllGlobals();
});

const over = (target: Thing) => ({ target }) as unknown as DragEvent;
const browser = new Thing('.jp-FileBrowser');
const row = new Thing('.jp-DirListing-item', browser);

const listing = (
  model: object = {},
  entry?: { type: string; path: string }
) => ({
  node: browser as unknown as HTMLElement,
  model: { path: 'data/raw', driveName: '', allowFileUploads: true, ...model },
  modelForClick: () => entry
});

describe('over a list of files', () => {
  const target = (at: Thing, ...what: Parameters<typeof listing>) =>
    targetInListing(over(at), listing(...what), english);

  it('is the folder that it shows', () => {
    expect(target(browser)).toMatchObject({
      place: { destination: 'home', prefix: 'data/raw' },
      text: 'Drop to upload to “raw”'
    });
    expect(target(browser, { path: '' })?.text).toBe(
      'Drop to upload to the home folder'
    );
  });

  it('is a folder in it, and not a file', () => {
    const folder = { type: 'directory', path: 'data/raw/run 7' };
    expect(target(row, {}, folder)).toMatchObject({
      node: row,
      place: { destination: 'home', prefix: 'data/raw/run 7' },
      text: 'Drop to upload to “run 7”'
    });
    const file = { type: 'file', path: 'data/raw/a' };
    expect(target(row, {}, file)?.place?.prefix).toBe('data/raw');
  });

  it('is nothing of ours on another drive, or where uploads are forbidden', () => {
    expect(target(browser, { driveName: 'S3' })).toBeNull();
    expect(target(browser, { allowFileUploads: false })).toBeNull();
    // JupyterLab before 4.6 does not know the question.
    expect(target(browser, { allowFileUploads: undefined })).not.toBeNull();
  });
});

describe('over the panel', () => {
  const panel = new Thing('.jp-BigUpload-panel');
  const bucket = new Thing('.jp-BigUpload-browser', panel);
  const folder = new Thing('[data-prefix]', bucket, { prefix: 'a/deep one' });

  const target = (
    at: Thing,
    chosen: [string, string],
    model: object = {},
    places = new PlacesModel()
  ) => {
    places.choose(...chosen);
    return targetInPanel(over(at), {
      node: panel as unknown as HTMLElement,
      destinations: places,
      listing: listing(model),
      language: english
    });
  };

  it('is the folder of the file browser, where home is chosen', () => {
    expect(target(panel, ['home', ''])).toMatchObject({
      node: panel,
      place: { destination: 'home', prefix: 'data/raw' }
    });
  });

  it('says why it can not be that folder', () => {
    expect(target(panel, ['home', ''], { driveName: 'S3' })).toMatchObject({
      place: null,
      text: 'The drive “S3” has an upload of its own'
    });
    expect(
      target(panel, ['home', ''], { allowFileUploads: false }).place
    ).toBeNull();
  });

  it('is the bucket, the folder of it that is shown, or one in that', () => {
    expect(target(panel, ['lab', ''], { driveName: 'S3' })).toMatchObject({
      node: panel,
      place: { destination: 'lab', prefix: '' },
      text: 'Drop to upload to “The lab”'
    });
    expect(target(bucket, ['lab', 'a'])).toMatchObject({
      node: bucket,
      place: { destination: 'lab', prefix: 'a' },
      text: 'Drop to upload to “a”'
    });
    expect(target(folder, ['lab', 'a'])).toMatchObject({
      node: folder,
      place: { destination: 'lab', prefix: 'a/deep one' },
      text: 'Drop to upload to “deep one”'
    });
  });

  it('is refused while the bucket can not be reached', () => {
    const places = new PlacesModel();
    places.list = [
      place('lab', { state: 'failed', message: 'Access denied.' })
    ];
    expect(target(panel, ['lab', ''], {}, places)).toMatchObject({
      place: null,
      text: 'Access denied.'
    });
  });
});

it('shortens a long name in its middle, between what a person sees as characters', () => {
  expect(shortName('run-7.bin')).toBe('run-7.bin');
  const family = '👨‍👩‍👧';
  const short = shortName(`${family.repeat(50)}.end`);
  expect(short).toMatch(/^(👨‍👩‍👧){20}…(👨‍👩‍👧){15}\.end$/u);
});
