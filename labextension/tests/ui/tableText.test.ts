import { describe, expect, it } from 'vitest';
import {
  adviceOn,
  nullsInWords,
  rowsInWords,
  tableInWords,
  typeInWords,
  whyInWords
} from '../../src/ui/text/tableText';
import { mayBeDatabase, mayBeTable } from '../../src/ui/tables/endings';
import { withoutClash } from '../../src/ui/tables/side/fileForm';
import { isNumeric, widthOf } from '../../src/ui/tables/grid/widths';
import { recipeOf } from '../tables/tablesModel';
import { english } from './english';

const PROFILE = {
  rows: 1_000,
  nulls: 0,
  distinct: 5,
  min: null,
  max: null,
  histogram: null,
  rejects: 0
};

describe('rows', () => {
  it('are counted, or about so many', () => {
    const rows = (count: number, exact: boolean) =>
      rowsInWords({ count, exact }, english);
    expect(rows(1, true)).toBe('1 row');
    expect(rows(1_234_567, true)).toBe('1,234,567 rows');
    expect(rows(1_234_567, false)).toBe('≈ 1.2 million rows');
    expect(rows(17, false)).toBe('≈ 17 rows');
    expect(rows(201_912, false)).toBe('≈ 202,000 rows');
  });

  it('are told with columns and size', () => {
    expect(
      tableInWords(
        {
          rows: { count: 2, exact: true },
          columns: [],
          size: 2048,
          arrived: 2048,
          complete: true,
          sheets: [],
          structural: []
        },
        english
      )
    ).toBe('2 rows · 0 columns · 2.0 KB');
  });
});

it('says why a type is no narrower', () => {
  const why = (...texts: string[]) =>
    whyInWords(
      {
        why: {
          narrower: 'int64',
          rows: texts.map((text, index) => ({ line: 5 + index, text }))
        }
      },
      english
    );
  expect(why()).toBeNull();
  expect(whyInWords({ why: null }, english)).toBeNull();
  expect(why('12.5')).toBe('Whole numbers, but line 5 has “12.5”.');
  expect(why('12.5', 'x')).toBe(
    'Whole numbers, but line 5 has “12.5”, and line 6 has “x”.'
  );
});

it('never calls a few nulls none, nor most of them all', () => {
  const nulls = (nulls: number) => nullsInWords({ ...PROFILE, nulls }, english);
  expect(nulls(0)).toBeNull();
  expect(nulls(1)).toBe('<1% null');
  expect(nulls(999)).toBe('99% null');
  expect(nulls(1_000)).toBe('100% null');
});

it('has words for types', () => {
  const { trans } = english;
  expect(typeInWords('decimal(18,3)', trans)).toBe('Decimal number, exact');
  expect(typeInWords('as_is', trans)).toBe('as_is');
});

it('says what to do', () => {
  const problem = { message: '', install: null };
  const { trans } = english;
  expect(adviceOn({ ...problem, reason: 'changed' }, trans)).toContain('again');
  expect(adviceOn({ ...problem, reason: 'unknown' }, trans)).toBeNull();
});

it('knows by a name what may be a table, or a database', () => {
  const table = (path: string, isFolder = false) =>
    mayBeTable({ path, isFolder });
  for (const name of [
    'a.CSV',
    'a.tsv.gz',
    'b/a.jsonl',
    'a.parquet',
    'a.xlsx'
  ]) {
    expect(table(name)).toBe(true);
  }
  for (const name of ['a.png', 'csv', 'a.csv.bz2', 'a.ipynb']) {
    expect(table(name)).toBe(false);
  }
  expect(table('a.csv', true)).toBe(false);
  expect(table('sales.parquet', true)).toBe(true);
  expect(mayBeDatabase({ path: 'a.db', isFolder: false })).toBe(true);
  expect(mayBeDatabase({ path: 'a.db', isFolder: true })).toBe(false);
});

it('lets no mark mean two things', () => {
  const dialect = { ...recipeOf().dialect!, thousands: ',', comment: ';' };
  expect(withoutClash(dialect, 'decimal', ',')).toEqual({
    decimal: ',',
    thousands: ''
  });
  expect(withoutClash(dialect, 'thousands', '.')).toEqual({
    thousands: '.',
    decimal: ','
  });
  expect(withoutClash(dialect, 'delimiter', ';')).toEqual({
    delimiter: ';',
    comment: ''
  });
  expect(withoutClash(dialect, 'quote', "'")).toEqual({
    quote: "'",
    escape: "'"
  });
});

it('gives columns room, within limits', () => {
  const row = (text: string | null) => ({
    values: [text],
    rejects: new Map(),
    structural: null
  });
  const narrow = widthOf({ name: 'a' }, 0, [row('1'), row(null)]);
  const wide = widthOf({ name: 'a' }, 0, [row('x'.repeat(10_000))]);
  expect(narrow).toBeLessThan(wide);
  expect(wide).toBeLessThan(400);
});

it('aligns numbers, of the file’s own types too', () => {
  expect(isNumeric({ type: 'decimal(3,1)', native: '' })).toBe(true);
  expect(isNumeric({ type: 'text', native: 'VARCHAR' })).toBe(false);
  expect(isNumeric({ type: 'as_is', native: 'UBIGINT' })).toBe(true);
  expect(isNumeric({ type: 'as_is', native: 'INTERVAL' })).toBe(false);
});
