import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTables } from '../../src/engine/tables';
import type { ITable } from '../../src/engine/tables/model';
import { TransportError } from '../../src/engine/wire';
import { recipeOf, TablesModel } from './tablesModel';

const SOURCE = { destination: 'home', path: 'a.csv' };

let server: TablesModel;

beforeEach(() => {
  vi.useFakeTimers();
  server = new TablesModel();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Until nothing is under way, but for what waits longer than a person types. */
async function settle(milliseconds = 1_000): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

async function opened(): Promise<ITable> {
  const table = createTables(server).table(SOURCE);
  await settle();
  return table;
}

describe('a table', () => {
  it('is as the server finds it', async () => {
    const table = await opened();
    expect(server.whole[0]).toEqual({
      source: SOURCE,
      recipe: null,
      start: 0,
      count: 200
    });
    const { state } = table;
    expect(state.table?.columns.map(({ name }) => name)).toEqual([
      'id',
      'place'
    ]);
    expect(state.recipe).toEqual(recipeOf());
    expect(state.isAsking).toBe(false);
    expect(state.isChanged).toBe(false);
    expect(table.row(0)?.values).toEqual(['0', 'text']);
    expect(table.row(1)?.rejects.get(0)?.text).toBe('x');
    expect(table.row(0)?.rejects.size).toBe(0);
  });

  it('is fetched where it is in sight, and beside that', async () => {
    const table = await opened();
    expect(table.row(900)).toBeNull();
    table.show(890, 910);
    await settle();
    expect(table.row(900)?.values[0]).toBe('900');
    expect(table.row(700)?.values[0]).toBe('700');
    expect(table.row(500)).toBeNull();
    expect(table.state.table?.structural.map(({ line }) => line)).toEqual([
      0, 200, 600, 800
    ]);
  });

  it('is not fetched where somebody only passes by', async () => {
    server.rows = 1_000_000;
    const table = await opened();
    for (let row = 10_000; row < 900_000; row += 10_000) {
      table.show(row, row + 30);
    }
    await settle();
    const starts = server.previews.map(({ start }) => start);
    expect(starts.filter(start => start > 500)).toEqual([
      890_000, 890_200, 889_800
    ]);
  });

  it('keeps only so much', async () => {
    server.rows = 100_000;
    const table = await opened();
    for (let row = 0; row < 40_000; row += 200) {
      table.show(row, row + 30);
      await settle(100);
    }
    expect(table.row(0)).toBeNull();
    expect(table.row(39_800)).not.toBeNull();
  });
});

describe('a change', () => {
  it('of a column is asked for at once, with all the others', async () => {
    const table = await opened();
    table.changeColumn('id', { type: 'text' });
    expect(table.state.recipe?.columns[0]?.type).toBe('text');
    expect(table.state.isAsking).toBe(true);
    // What was there stays until there is something newer.
    expect(table.row(0)).not.toBeNull();
    await settle();
    const { recipe } = server.whole.at(-1)!;
    expect(recipe?.columns?.map(({ type }) => type)).toEqual(['text', 'text']);
    expect(table.state.table?.columns[0]?.type).toBe('text');
    expect(table.state.isChanged).toBe(true);
  });

  it('that is taken back is as it was found, at once', async () => {
    const table = await opened();
    const before = table.state.recipe!;
    table.changeColumn('id', { type: 'text' });
    await settle();
    table.changeColumn('id', { type: before.columns[0]!.type });
    expect(table.state.recipe).toEqual(before);
    await settle();
    expect(table.state.recipe).toEqual(before);
  });

  it('of the dialect makes other columns, which the server finds', async () => {
    const table = await opened();
    table.changeDialect({ delimiter: ';' });
    await settle();
    const { recipe } = server.whole.at(-1)!;
    expect(recipe?.dialect?.delimiter).toBe(';');
    expect(recipe?.columns).toBeUndefined();
    expect(table.state.table?.columns).toEqual([]);
  });

  it('of a column outlives one of the dialect', async () => {
    const table = await opened();
    table.changeColumn('id', { name: 'number' });
    table.changeDialect({ skip: 1 });
    await settle();
    expect(server.whole).toHaveLength(3);
    expect(table.state.table?.columns[0]?.name).toBe('number');
    expect(table.state.recipe?.dialect?.skip).toBe(1);
  });

  it('can be taken back, one after the other and all at once', async () => {
    const table = await opened();
    table.changeColumn('id', { name: 'a' });
    table.changeColumn('place', { keep: false });
    await settle();
    expect(table.state.table?.columns).toHaveLength(1);
    table.undo();
    await settle();
    expect(table.state.table?.columns.map(({ name }) => name)).toEqual([
      'a',
      'place'
    ]);
    table.changeDialect({ header: false });
    table.reset();
    await settle();
    expect(table.state.recipe).toEqual(recipeOf());
    expect(table.state.isChanged).toBe(false);
    table.undo();
    await settle();
    expect(table.state.recipe?.dialect?.header).toBe(false);
  });

  it('to what was found is none', async () => {
    const table = await opened();
    table.changeColumn('id', { type: 'text' });
    await settle();
    table.changeColumn('id', { type: 'int64' });
    table.changeDialect({ header: true });
    await settle();
    expect(table.state.isChanged).toBe(false);
  });

  it('is asked for once, when somebody types', async () => {
    const table = await opened();
    for (const name of ['n', 'nu', 'num']) {
      table.changeColumn('id', { name });
      await settle(100);
    }
    await settle();
    expect(server.whole).toHaveLength(2);
    expect(table.state.table?.columns[0]?.name).toBe('num');
  });

  it('wins over an earlier one whose answer comes late', async () => {
    const table = await opened();
    let open = () => {};
    server.gate = new Promise(resolve => {
      open = resolve;
    });
    table.changeColumn('id', { name: 'early' });
    await settle();
    server.gate = Promise.resolve();
    table.changeColumn('id', { name: 'late' });
    await settle();
    open();
    await settle();
    expect(table.state.table?.columns[0]?.name).toBe('late');
  });

  it('that the server refuses leaves the table as it was', async () => {
    const table = await opened();
    server.failing = new TransportError('No.', 400, 'malformed', false);
    table.changeDialect({ encoding: 'x' });
    await settle();
    expect(table.state.problem).toMatchObject({
      reason: 'malformed',
      message: 'No.',
      install: null
    });
    expect(table.row(0)).not.toBeNull();
    server.failing = null;
    table.undo();
    await settle();
    expect(table.state.problem).toBeNull();
  });
});

describe('a recipe', () => {
  it('that fits is offered, and used', async () => {
    const recipe = { ...recipeOf(), columns: [recipeOf().columns[0]!] };
    server.suggested = { id: '1', name: 'sensors', recipe };
    const table = await opened();
    expect(table.state.suggested?.name).toBe('sensors');
    table.use(recipe);
    await settle();
    expect(table.state.suggested).toBeNull();
    expect(server.whole.at(-1)?.recipe?.columns).toHaveLength(1);
    expect(table.state.isChanged).toBe(true);
    table.changeColumn('id', { name: 'n' });
    await settle();
    expect(table.state.table?.columns.map(({ name }) => name)).toEqual(['n']);
  });

  it('is not offered any more once it was declined', async () => {
    server.suggested = { id: '1', name: 'sensors', recipe: recipeOf() };
    const table = await opened();
    table.decline();
    table.again();
    await settle();
    expect(table.state.suggested).toBeNull();
  });
});

describe('a file that is still coming', () => {
  it('is looked at again until all of it is there', async () => {
    server.arrived = 300;
    const table = await opened();
    expect(table.state.table).toMatchObject({
      arrived: 3_000,
      size: 10_000,
      complete: false
    });
    server.arrived = 1_000;
    await settle(3_000);
    expect(table.state.table?.complete).toBe(true);
    expect(table.state.isAsking).toBe(false);
    const asked = server.whole.length;
    await settle(60_000);
    expect(server.whole).toHaveLength(asked);
  });

  it('is elsewhere in the end', async () => {
    const table = createTables(server).table({ upload: 'u1' });
    await settle();
    table.changeColumn('id', { name: 'n' });
    table.moved(SOURCE);
    await settle();
    expect(server.whole.at(-1)?.source).toEqual(SOURCE);
    expect(table.state.table?.columns[0]?.name).toBe('n');
  });

  it('is looked at more rarely where the server fails, and goes on', async () => {
    server.arrived = 300;
    const table = await opened();
    server.failing = new TransportError('', 0, 'network', true);
    await settle(30_000);
    const asked = server.whole.length;
    expect(asked).toBeLessThan(8);
    expect(table.state.problem?.reason).toBe('network');
    server.failing = null;
    server.arrived = 1_000;
    await settle(60_000);
    expect(table.state.problem).toBeNull();
    expect(table.state.table?.complete).toBe(true);
  });

  it('asks nothing any more once nobody looks', async () => {
    server.arrived = 300;
    const table = await opened();
    table.dispose();
    const asked = server.whole.length;
    await settle(60_000);
    expect(server.whole).toHaveLength(asked);
  });
});

describe('rows that are not counted yet', () => {
  it('are asked for until they are', async () => {
    server.isCounted = false;
    const table = await opened();
    await settle(10_000);
    expect(table.state.table?.rows.exact).toBe(false);
    expect(server.whole.at(-1)).toMatchObject({ count: 0 });
    server.isCounted = true;
    server.rows = 1_234;
    await settle(10_000);
    expect(table.state.table?.rows).toEqual({ count: 1_234, exact: true });
    expect(table.row(0)).not.toBeNull();
    const asked = server.previews.length;
    await settle(60_000);
    expect(server.previews).toHaveLength(asked);
  });

  it('are not asked for for ever, nor once nobody looks', async () => {
    server.isCounted = false;
    await opened();
    await settle(3_600_000);
    expect(server.previews.length).toBeLessThan(200);
    const other = await opened();
    other.dispose();
    const asked = server.previews.length;
    await settle(60_000);
    expect(server.previews).toHaveLength(asked);
  });
});

it('says what the server has to be given', async () => {
  server.failing = new TransportError('', 501, 'extra_missing', false, {
    install: "pip install 'jupyter_bigupload[tables]'"
  });
  const table = await opened();
  expect(table.state.problem?.install).toBe(
    "pip install 'jupyter_bigupload[tables]'"
  );
  expect(table.state.table).toBeNull();
});
