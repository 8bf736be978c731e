import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { IOutcomes } from '../../src/ui/panel/outcomes';
import { watchOutcomes } from '../../src/ui/panel/outcomes';
import { MemorySource } from '../engine/memorySource';
import { Page } from '../engine/page';
import { ServerModel } from '../engine/serverModel';

let server: ServerModel;
let page: Page;
let told: IOutcomes[];
let end: () => void;

const names = () =>
  told.map(({ done, failed }) => [
    done.map(({ name }) => name),
    failed.map(({ name }) => name)
  ]);

beforeEach(() => {
  vi.useFakeTimers();
  server = new ServerModel();
  page = new Page(server);
  told = [];
  end = watchOutcomes(page.transfers, outcomes => told.push(outcomes));
  return () => vi.useRealTimers();
});

describe('outcomes', () => {
  it('are told together, and once', async () => {
    const gone = new MemorySource('gone', 500);
    gone.readable = false;
    page.transfers.add(
      [new MemorySource('a', 300), gone, new MemorySource('b', 200)],
      ''
    );
    await page.idle();
    await page.pass(5_000, 100);
    expect(names()).toEqual([[['a', 'b'], ['gone']]]);
  });

  it('are told again when a retry fails again', async () => {
    const gone = new MemorySource('gone', 500);
    gone.readable = false;
    page.transfers.add([gone], '');
    await page.idle();
    await page.pass(1_000, 100);
    page.transfers.retry(page.row('gone').key);
    await page.idle();
    await page.pass(1_000, 100);
    expect(names()).toEqual([
      [[], ['gone']],
      [[], ['gone']]
    ]);
  });

  it('are not told to one who went away', async () => {
    page.transfers.add([new MemorySource('a', 300)], '');
    end();
    await page.idle();
    await page.pass(1_000, 100);
    expect(told).toEqual([]);
  });
});
