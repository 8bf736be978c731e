import { describe, expect, it } from 'vitest';
import {
  addressOf,
  folderPath,
  placeOf,
  stepsTo,
  titleOf
} from '../../src/ui/destinations/places';
import { place } from '../page/placesModel';

const LIST = [place('home', { kind: 'folder', url: null }), place('lab')];

describe('a place', () => {
  it.each([
    ['home', '', ''],
    ['home', 'data/run 7', 'data/run 7'],
    ['lab', '', 'The lab'],
    ['lab', 'data', 'The lab/data'],
    ['gone', 'data', 'gone/data']
  ])('%s, %j is called %j', (destination, folder, words) => {
    expect(placeOf(LIST, { destination, folder })).toBe(words);
  });

  it('that is gone is called by its name', () => {
    expect(titleOf(LIST, 'gone')).toBe('gone');
  });

  it('has the address of the store', () => {
    expect(addressOf({ url: 's3://b/p' }, 'a/ü.bin')).toBe('s3://b/p/a/ü.bin');
    expect(addressOf({ url: 's3://b/' }, 'a')).toBe('s3://b/a');
    expect(addressOf({ url: null }, 'a')).toBeNull();
  });

  it('is reached step by step', () => {
    expect(stepsTo('')).toEqual([]);
    expect(stepsTo('a/b c')).toEqual([
      { name: 'a', prefix: 'a' },
      { name: 'b c', prefix: 'a/b c' }
    ]);
  });
});

describe('the name of a new folder', () => {
  it.each([
    ['run 8', 'run 8'],
    [' run 8 / raw/ ', 'run 8/raw'],
    ['/a//b/', 'a/b'],
    ['ü 名', 'ü 名'],
    ['.hidden', '.hidden']
  ])('%j is %j', (typed, path) => {
    expect(folderPath(typed)).toBe(path);
  });

  it.each(['', ' ', '/', '.', '..', 'a/../b', 'a/./b', 'a\u0000b', 'a\nb'])(
    '%j is none',
    typed => {
      expect(folderPath(typed)).toBeNull();
    }
  );
});
