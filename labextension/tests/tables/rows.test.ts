import { expect, it } from 'vitest';
import { keptColumns, rowsOf, withLines } from '../../src/engine/tables/rows';
import { recipeOf } from './tablesModel';

const line = (line: number) => ({
  line,
  byte: 10 * line,
  reason: 'r',
  message: 'm',
  text: `${line}`
});

it('puts lines that are no rows where they are in the file', () => {
  const rows = rowsOf({
    values: [['a'], ['b'], ['c']],
    lines: [2, 3, 6],
    rejects: [{ row: 1, column: 0, text: 'x', reason: 'r', message: 'm' }],
    structural: [line(5), line(4)]
  });
  expect(
    rows.map(({ values, structural }) => structural?.line ?? values[0])
  ).toEqual(['a', 'b', 4, 5, 'c']);
  expect(rows[1]?.rejects.get(0)?.text).toBe('x');
  expect(rows[2]?.rejects.size).toBe(0);
});

it('knows each such line once', () => {
  const known = withLines([line(7)], { structural: [line(2), line(7)] });
  expect(known.map(one => one.line)).toEqual([2, 7]);
});

it('has the columns that are kept, whether the others are told or not', () => {
  const [id, place] = recipeOf().columns;
  const recipe = { ...recipeOf(), columns: [{ ...id!, keep: false }, place!] };
  const told = ['id', 'place'].map(source => ({
    source,
    name: source,
    type: 'text',
    native: 'VARCHAR',
    why: null,
    profile: null
  }));
  const names = (columns: typeof told) =>
    keptColumns({ recipe, columns }).map(({ name }) => name);
  expect(names(told)).toEqual(['place']);
  expect(names(told.slice(1))).toEqual(['place']);
});
