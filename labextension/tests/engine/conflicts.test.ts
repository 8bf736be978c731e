import { beforeEach, describe, expect, it } from 'vitest';
import { MemorySource } from './memorySource';
import { openPage } from './page';
import type { Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
});

describe('a name that is taken', () => {
  beforeEach(() => {
    for (const name of ['a.txt', 'b.txt', 'c.txt']) {
      server.files.set(name, new Uint8Array([1]));
    }
  });

  it('is replaced, kept beside, or left alone, as the person decides', async () => {
    const [a, b, c] = ['a.txt', 'b.txt', 'c.txt'].map(
      name => new MemorySource(name, 100)
    ) as [MemorySource, MemorySource, MemorySource];
    page.transfers.add([a, b, c], '');
    await page.until(() => page.questions.length > 0);
    await page.pass(100);
    expect(page.states).toEqual(['conflict', 'conflict', 'conflict']);
    const remaining: number[] = [];
    for (const decision of ['replace', 'rename', 'skip'] as const) {
      await page.until(() => page.questions.length > 0);
      expect(page.questions).toHaveLength(1);
      remaining.push(page.questions[0]?.remaining ?? -1);
      page.questions[0]?.answer(decision);
      await page.pass(50);
    }
    await page.idle();
    expect(remaining).toEqual([2, 1, 0]);
    expect(page.states).toEqual(['done', 'done', 'skipped']);
    expect(page.row('b.txt').path).toBe('b (1).txt');
    expect(server.holds('a.txt', a.content)).toBe(true);
    expect(server.holds('b.txt', new Uint8Array([1]))).toBe(true);
    expect(server.holds('b (1).txt', b.content)).toBe(true);
    expect(server.holds('c.txt', new Uint8Array([1]))).toBe(true);
    expect(server.partials.size).toBe(0);
  });

  it('is decided once for all that were picked together, and only for those', async () => {
    page.transfers.add(
      ['a.txt', 'b.txt', 'new'].map(name => new MemorySource(name, 100)),
      ''
    );
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('skip', true);
    await page.idle();
    expect(page.states).toEqual(['skipped', 'skipped', 'done']);
    page.transfers.add([new MemorySource('c.txt', 100)], '');
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('replace');
    await page.idle();
    expect(page.row('c.txt').state).toBe('done');
  });

  it('does not hold up files without a conflict', async () => {
    const names = ['a.txt', 'b.txt', 'c.txt', 'd', 'e'];
    page.transfers.add(
      names.map(name => new MemorySource(name, 100)),
      ''
    );
    await page.pass(1_000);
    expect(page.states.slice(3)).toEqual(['done', 'done']);
    page.questions[0]?.answer('skip', true);
    await page.idle();
  });

  it('may be taken while the bytes come: asked then, and nothing is sent again', async () => {
    const file = new MemorySource('new', 20_000);
    page.transfers.add([file], '');
    await page.pass(40);
    server.files.set('new', new Uint8Array([1]));
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('rename');
    await page.idle();
    expect(page.row('new').path).toBe('new (1)');
    expect(server.holds('new (1)', file.content)).toBe(true);
    expect(server.count('sendChunk')).toBe(20);
  });

  it('may be taken while the bytes come, and be skipped: nothing is left', async () => {
    page.transfers.add([new MemorySource('new', 2_000)], '');
    await page.pass(20);
    server.files.set('new', new Uint8Array([1]));
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('skip');
    await page.pass(100);
    expect(page.states).toEqual(['skipped']);
    expect(server.partials.size).toBe(0);
    expect(server.holds('new', new Uint8Array([1]))).toBe(true);
  });

  it('can be cancelled while the question waits for its turn', async () => {
    page.transfers.add(
      ['a.txt', 'b.txt'].map(name => new MemorySource(name, 100)),
      ''
    );
    await page.until(() => page.states.every(state => state === 'conflict'));
    await page.transfers.cancel(page.row('b.txt').key);
    page.questions[0]?.answer('replace');
    await page.idle();
    await page.pass(100);
    expect(page.states).toEqual(['done', 'cancelled']);
    expect(page.questions).toEqual([]);
  });
});
