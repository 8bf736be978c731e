import { expect, it } from 'vitest';
import { fitting } from '../../src/engine/operations/fitting';
import type { IKind, IThing } from '../../src/engine/operations/model';
import { defaultsOf, hasParameters } from '../../src/engine/operations/model';
import { checksum } from './operationsModel';

const kind = (name: string, more: Partial<IKind>): IKind => ({
  ...checksum,
  name,
  ...more
});
const kinds = [
  checksum,
  kind('extract', { endings: ['.zip', '.tar.gz'] }),
  kind('pack', { takes: 'folder' }),
  kind('copy', { takes: 'any' }),
  kind('fetch', { takes: 'nothing' })
];
const thing = (path: string, isFolder = false): IThing => ({
  destination: 'home',
  path,
  isFolder
});
const names = (...things: IThing[]) =>
  fitting(kinds, things).map(({ name }) => name);

it('is for files, folders or both, by the ends of their names', () => {
  expect(names(thing('a/data.ZIP'))).toEqual(['checksum', 'extract', 'copy']);
  expect(names(thing('a/zip'))).toEqual(['checksum', 'copy']);
  expect(names(thing('a.zip', true))).toEqual(['pack', 'copy']);
});

it('has to fit all that are selected', () => {
  expect(names(thing('a.zip'), thing('b.tar.gz'))).toContain('extract');
  expect(names(thing('a.zip'), thing('b.csv'))).toEqual(['checksum', 'copy']);
  expect(names(thing('a.zip'), thing('b', true))).toEqual(['copy']);
  expect(names()).toEqual([]);
});

it('gives a name to one thing alone', () => {
  const rename = kind('rename', {
    takes: 'any',
    parameters: { properties: { name: { format: 'name' } } }
  });
  expect(fitting([rename], [thing('a')])).toEqual([rename]);
  expect(fitting([rename], [thing('a'), thing('b')])).toEqual([]);
});

it('knows what a kind asks for, and what it takes where nobody says', () => {
  expect(hasParameters(checksum)).toBe(true);
  expect(defaultsOf(checksum)).toEqual({ algorithm: 'sha256' });
  expect(hasParameters(kind('x', { parameters: { type: 'object' } }))).toBe(
    false
  );
  expect(defaultsOf(kind('x', { parameters: {} }))).toEqual({});
});
