import { expect, it } from 'vitest';
import { inSightFirst } from '../../src/ui/panel/inSight';
import { ListItems } from '../../src/ui/panel/listItems';
import { transfer } from './transfer';

const rows = (...keys: string[]) => keys.map(key => transfer('done', { key }));

it('counts the lines of opened trees', () => {
  const items = new ListItems(rows('a', 'b', 'c'), ({ key }) =>
    key === 'b' ? 3 : 0
  );
  expect(items.length).toBe(6);
  expect(
    [0, 1, 2, 3, 4, 5].map(index => {
      const { row, entry } = items.at(index);
      return [row.key, entry];
    })
  ).toEqual([
    ['a', null],
    ['b', null],
    ['b', 0],
    ['b', 1],
    ['b', 2],
    ['c', null]
  ]);
  expect(items.indexOf('c')).toBe(5);
  expect(() => new ListItems([], () => 0).at(0)).toThrow(RangeError);
});

it('finds its place among a hundred thousand', () => {
  const items = new ListItems(rows('a', 'b'), () => 100_000);
  expect(items.at(100_000)).toMatchObject({ entry: 99_999 });
  expect(items.at(100_001)).toMatchObject({ entry: null });
});

it('puts first what is at work or failed, where not all are in sight', () => {
  const states = ['done', 'queued', 'uploading', 'failed'] as const;
  const many = Array.from({ length: 12 }, (_, index) =>
    transfer(states[index % 4] ?? 'done', { key: `${index}` })
  );
  expect(inSightFirst(many).map(({ key }) => key)).toEqual([
    '2',
    '3',
    '6',
    '7',
    '10',
    '11',
    '1',
    '5',
    '9',
    '0',
    '4',
    '8'
  ]);
  expect(inSightFirst(many.slice(0, 10))).toEqual(many.slice(0, 10));
});
