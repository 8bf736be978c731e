import { describe, expect, it } from 'vitest';
import type { IProfile } from '../../src/engine/tables/model';
import type { IDiffColumn, IDiffRow } from '../../src/engine/tables/versions';
import { changesOf } from '../../src/ui/dolt/changes';
import { diffCell } from '../../src/ui/dolt/diffCells';
import { isCalled, keysIn } from '../../src/ui/tables/dialogs/keys';
import {
  countsInWords,
  pendingInWords,
  schemaInWords,
  shortHash
} from '../../src/ui/text/doltText';
import { stemOf } from '../../src/ui/text/filename';
import { factsIn } from '../../src/ui/text/resultText';
import { recipeOf } from '../tables/tablesModel';
import { english } from './english';

const COLUMN: IDiffColumn = {
  name: 'a',
  type: 'BIGINT',
  key: false,
  change: null,
  before: null
};

function row(kind: IDiffRow['kind']): IDiffRow {
  return {
    kind,
    before: kind === 'added' ? null : ['1', 'x', null],
    after: kind === 'removed' ? null : ['1', 'y', 'z']
  };
}

describe('a cell of a row', () => {
  const cell = (
    one: IDiffRow | null,
    index: number,
    column: Partial<IDiffColumn> = {}
  ) => diffCell(one, index, { ...COLUMN, ...column }, english);

  it('that was added or removed shows what there is, or was', () => {
    expect(cell(row('added'), 1)).toEqual({ text: 'y' });
    expect(cell(row('removed'), 1)).toEqual({ text: 'x' });
  });

  it('that was changed shows both where they differ, by sign and in words', () => {
    expect(cell(row('modified'), 0)).toEqual({ text: '1' });
    expect(cell(row('modified'), 1)).toMatchObject({
      text: 'y',
      before: 'x',
      tone: 'changed',
      sign: '~',
      label: 'was x, now y'
    });
    expect(cell(row('modified'), 2).label).toBe('was null, now z');
  });

  it('of a column that was not there shows no change', () => {
    expect(cell(row('modified'), 2, { change: 'added' })).toEqual({
      text: 'z',
      tone: 'added',
      sign: '+'
    });
    expect(cell(row('modified'), 1, { change: 'removed' })).toMatchObject({
      text: 'x',
      tone: 'removed'
    });
  });

  it('is not there yet', () => {
    expect(cell(null, 0)).toEqual({ text: undefined });
  });
});

it('says what is different', () => {
  const counts = { added: 1200, removed: 0, modified: 3, unmodified: 9 };
  expect(countsInWords(counts, english)).toBe('1,200 added, 3 changed');
  expect(countsInWords({ ...counts, added: 0, modified: 0 }, english)).toBe(
    'no row is different'
  );
  expect(
    schemaInWords(
      [
        COLUMN,
        { ...COLUMN, change: 'added' },
        { ...COLUMN, change: 'removed' },
        { ...COLUMN, change: 'changed', before: 'TEXT' }
      ],
      english
    )
  ).toEqual([
    '+ column “a” (BIGINT)',
    '− column “a”',
    '~ column “a”: TEXT → BIGINT'
  ]);
});

it('shortens hashes, and no names', () => {
  expect(shortHash('0123456789abcdef0123456789abcdef')).toBe('01234567');
  expect(shortHash('import-01234567')).toBe('import-01234567');
  expect(shortHash('HEAD')).toBe('HEAD');
});

it('says what waits', () => {
  const pending = {
    import: 'import-1',
    table: 't',
    rows: 1,
    from: 'a',
    started: ''
  };
  expect(pendingInWords({ ...pending, mode: 'create' }, english)).toContain(
    'A new table “t” with 1 row waits'
  );
  expect(pendingInWords({ ...pending, mode: 'update' }, english)).toContain(
    'update'
  );
});

describe('an import', () => {
  const result = {
    database: 'a/b.db',
    import: 'import-1',
    table: 't',
    rows: 7,
    counts: { added: 7, removed: 0, modified: 1 }
  };
  const import_ = { kind: 'import_table', state: 'done', result } as const;

  it('has changes to look at, once it is done', () => {
    const changes = {
      database: 'a/b.db',
      table: 't',
      from: 'HEAD',
      to: 'import-1'
    };
    expect(changesOf(import_)).toEqual(changes);
    expect(
      changesOf({
        ...import_,
        result: {
          ...result,
          database: { destination: 'home', path: 'a/b.db' }
        }
      })
    ).toEqual(changes);
    expect(changesOf({ ...import_, state: 'running' })).toBeNull();
    expect(changesOf({ ...import_, kind: 'copy' })).toBeNull();
    expect(changesOf({ ...import_, result: null })).toBeNull();
  });

  it('is told in figures', () => {
    expect(factsIn(result, english)).toBe('7 rows · t: 7 added, 1 changed');
  });
});

it('says where rows are that did not fit', () => {
  expect(
    factsIn(
      {
        made: {},
        rows: 5,
        rejected: 2,
        aside: { destination: 'home', path: 'a.rejects.csv' },
        checked: { rows_in: 7 }
      },
      english
    )
  ).toBe('5 rows · 2 rows did not fit · kept aside in a.rejects.csv');
});

describe('keys', () => {
  const profile = (distinct: number, more: Partial<IProfile> = {}) => ({
    rows: 10,
    nulls: 0,
    distinct,
    min: null,
    max: null,
    histogram: null,
    rejects: 0,
    ...more
  });

  it('are columns of which each value is there once; those called so first', () => {
    const [id, place] = recipeOf().columns;
    const recipe = { ...recipeOf(), columns: [place!, id!] };
    expect(keysIn(recipe, () => profile(10))).toEqual(['id', 'place']);
    expect(keysIn(recipe, () => profile(9))).toEqual([]);
    expect(keysIn(recipe, () => profile(10, { nulls: 1 }))).toEqual([]);
    expect(keysIn(recipe, () => null)).toEqual([]);
    const floats = recipe.columns.map(one => ({ ...one, type: 'float64' }));
    expect(keysIn({ ...recipe, columns: floats }, () => profile(10))).toEqual(
      []
    );
  });

  it.each([
    ['id', true],
    ['station_id', true],
    ['stationId', true],
    ['valid', false],
    ['temperature', false]
  ])('may be called %s: %s', (name, is) => {
    expect(isCalled(name)).toBe(is);
  });
});

it('names what is made of a file', () => {
  expect(stemOf('a/b.csv')).toBe('b');
  expect(stemOf('a/b.2025.csv.gz')).toBe('b.2025');
  expect(stemOf('.csv')).toBe('.csv');
});
