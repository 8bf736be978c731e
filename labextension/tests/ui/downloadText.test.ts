import { expect, it } from 'vitest';
import {
  downloadLabel,
  explainDownload,
  itemsInWords
} from '../../src/ui/text/downloadText';
import { english } from './english';

const label = (isBesideJupyters: boolean, ...paths: string[]) =>
  downloadLabel({ destination: 'home', paths }, isBesideJupyters, english);

it('is called by what the person gets', () => {
  expect(label(false, 'a/b.csv')).toBe('Download');
  expect(label(false, 'a/')).toBe('Download as ZIP');
  expect(label(true, 'a/b.csv')).toBe('Download (Resumable)');
  expect(label(true, 'a/')).toBe('Download Folder as ZIP');
  expect(label(true, 'a/', 'b.csv')).toBe('Download 2 Items as ZIP');
});

it('names what is downloaded', () => {
  expect(itemsInWords(['a/b c/'], english)).toBe('“b c”');
  expect(itemsInWords(['a/b.csv'], english)).toBe('“b.csv”');
  expect(itemsInWords(['a', 'b', 'c'], english)).toBe('3 items');
});

it.each([
  'unauthorized',
  'network',
  'gateway',
  'timeout',
  'not_found',
  'too_large'
])('%s says what to do', reason => {
  const text = explainDownload(english.trans, { reason, message: 'Server.' });
  expect(text).toMatch(/^[A-Z].{20,}\.$/);
});

it('tells anything else in the words of the server', () => {
  const text = explainDownload(english.trans, {
    reason: 'access_denied',
    message: '“a” can’t be read.'
  });
  expect(text).toBe('“a” can’t be read.');
});
