import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTables } from '../../src/engine/tables';
import { TransportError } from '../../src/engine/wire';
import { TablesModel } from './tablesModel';

const COMPARISON = { database: 'a.db', table: 't', from: 'HEAD', to: 'i1' };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_000);
}

it('shows the rows of all kinds, as far as they are in sight', async () => {
  const server = new TablesModel();
  const diff = createTables(server).diff(COMPARISON);
  await settle();
  expect(diff.state.summary?.counts.added).toBe(150);
  expect(diff.state.count).toBe(450);
  expect(diff.row(0)?.kind).toBe('added');
  expect(diff.row(400)).toBeNull();
  diff.show(400, 420);
  await settle();
  expect(diff.row(400)?.kind).toBe('modified');
  expect(server.diffs[0]).toMatchObject(COMPARISON);
});

it('shows those of some kinds', async () => {
  const server = new TablesModel();
  const diff = createTables(server).diff(COMPARISON);
  await settle();
  diff.filter(['modified', 'added']);
  await settle();
  expect(server.diffs.at(-1)?.kinds).toEqual(['added', 'modified']);
  expect(diff.state.count).toBe(300);
  diff.show(140, 160);
  await settle();
  expect(diff.row(150)?.kind).toBe('modified');
});

it('asks again after a problem', async () => {
  const server = new TablesModel();
  server.failing = new TransportError('Gone.', 404, 'not_found', false);
  const diff = createTables(server).diff(COMPARISON);
  await settle();
  expect(diff.state.problem?.reason).toBe('not_found');
  expect(server.diffs).toHaveLength(1);
  server.failing = null;
  diff.again();
  await settle();
  expect(diff.state.problem).toBeNull();
  expect(diff.row(0)).not.toBeNull();
});
