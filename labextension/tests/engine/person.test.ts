import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SourceMismatchError } from '../../src/engine/ports';
import { MemorySource } from './memorySource';
import { Page } from './page';
import { networkError, ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  vi.useFakeTimers();
  server = new ServerModel();
  page = new Page(server);
  return () => vi.useRealTimers();
});

describe('pause and resume', () => {
  it('stops what is in flight, and sends only what is missing afterwards', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.pass(100);
    page.transfers.pause(page.row('a').key);
    expect(page.row('a')).toMatchObject({
      state: 'paused',
      can: { pause: false, resume: true, cancel: true, retry: false }
    });
    const chunks = server.count('sendChunk');
    await page.pass(60_000, 100);
    expect(server.count('sendChunk')).toBe(chunks);
    expect(page.transfers.busy).toBe(false);
    page.transfers.resume(page.row('a').key);
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('frees the place for the next file', async () => {
    page.transfers.add(
      ['a', 'b', 'c', 'd'].map(name => new MemorySource(name, 50_000)),
      ''
    );
    await page.pass(50);
    expect(page.row('d').state).toBe('queued');
    page.transfers.pause(page.row('a').key);
    await page.pass(50);
    expect(page.row('d').state).toBe('uploading');
    page.transfers.resumeAll();
    await page.idle();
    expect(page.states).toEqual(['done', 'done', 'done', 'done']);
  });

  it('works while it is queued, while it waits, and while the upload is being created', async () => {
    server.latency = 20;
    const files = ['a', 'b', 'c', 'd'].map(name => new MemorySource(name, 10));
    page.transfers.add(files, '');
    await page.pass(50);
    expect(server.count('create')).toBe(3);
    page.transfers.pauseAll();
    expect(page.states).toEqual(Array(4).fill('paused'));
    await page.pass(1_000);
    expect(page.states).toEqual(Array(4).fill('paused'));
    server.down = true;
    page.transfers.resumeAll();
    await page.until(() => page.row('a').state === 'waiting');
    page.transfers.pauseAll();
    await page.pass(60_000, 100);
    expect(page.states).toEqual(Array(4).fill('paused'));
    server.down = false;
    page.transfers.resumeAll();
    await page.idle();
    expect(page.states).toEqual(Array(4).fill('done'));
    expect(server.count('create')).toBe(4);
  });

  it('may be pressed in quick turns', async () => {
    const file = new MemorySource('a', 20_000);
    page.transfers.add([file], '');
    for (let turn = 0; turn < 30; turn += 1) {
      await page.pass(turn);
      page.transfers.pause(page.row('a').key);
      page.transfers.resume(page.row('a').key);
    }
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.count('create')).toBe(1);
    expect(server.resent).toEqual([]);
  });
});

describe('cancel', () => {
  it('leaves nothing on the server', async () => {
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.pass(100);
    const cancelled = page.transfers.cancel(page.row('a').key);
    expect(page.states).toEqual(['cancelled']);
    await page.pass(100);
    await cancelled;
    expect(server.partials.size).toBe(0);
    expect(server.files.size).toBe(0);
    expect(page.transfers.totals).toMatchObject({ files: 0, size: 0 });
  });

  it('leaves nothing when the upload was just being created', async () => {
    server.latency = 50;
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.until(() => server.count('create') === 1);
    void page.transfers.cancel(page.row('a').key);
    await page.pass(1_000);
    expect(server.count('abort')).toBe(1);
    expect(server.partials.size).toBe(0);
  });

  it('leaves nothing when the answer to the creation was lost', async () => {
    server.fault = ({ verb }) =>
      verb === 'create' ? { when: 'after', error: networkError() } : undefined;
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.until(() => page.row('a').state === 'waiting');
    expect(server.partials.size).toBe(1);
    void page.transfers.cancel(page.row('a').key);
    await page.pass(1_000);
    expect(server.partials.size).toBe(0);
  });

  it('is carried out later when the server is down', async () => {
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.pass(100);
    server.down = true;
    void page.transfers.cancel(page.row('a').key);
    await page.pass(2_000);
    expect(server.partials.size).toBe(1);
    server.down = false;
    await page.pass(60_000, 100);
    expect(server.partials.size).toBe(0);
  });

  it('needs no server for what was never begun', async () => {
    page.transfers.add(
      ['a', 'b', 'c', 'd'].map(name => new MemorySource(name, 5_000)),
      ''
    );
    await page.transfers.cancel(page.row('d').key);
    await page.idle();
    expect(page.states).toEqual(['done', 'done', 'done', 'cancelled']);
    expect(server.count('abort')).toBe(0);
    expect(server.count('create')).toBe(3);
  });

  it('is final', async () => {
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.pass(30);
    const { key } = page.row('a');
    void page.transfers.cancel(key);
    page.transfers.resume(key);
    page.transfers.retry(key);
    page.transfers.pause(key);
    await page.pass(1_000);
    expect(page.states).toEqual(['cancelled']);
  });
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

describe('after a reload', () => {
  const file = new MemorySource('a', 50_000);

  beforeEach(async () => {
    page.transfers.add([file], 'data');
    await page.pass(100);
    page.close();
    await vi.advanceTimersByTimeAsync(100);
    page = new Page(server);
  });

  it('shows what is unfinished, and goes on with the same file', async () => {
    const before = server.count('sendChunk');
    const there = server.partials.get('upload-1')?.upload.received_bytes;
    void page.transfers.restore();
    await page.pass(50);
    expect(page.row('a')).toMatchObject({
      state: 'unfinished',
      folder: 'data',
      size: 50_000,
      sent: there,
      can: { pause: false, resume: true, cancel: true, retry: false }
    });
    expect(there).toBeGreaterThan(5_000);
    expect(page.transfers.busy).toBe(false);
    expect(server.count('sendChunk')).toBe(before);
    page.transfers.resume(page.row('a').key, file);
    await page.idle();
    expect(server.holds('data/a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('refuses another file', async () => {
    void page.transfers.restore();
    await page.pass(50);
    const { key } = page.row('a');
    for (const other of [
      new MemorySource('b', 50_000),
      new MemorySource('a', 50_001),
      new MemorySource('a', 50_000, 1)
    ]) {
      expect(() => page.transfers.resume(key, other)).toThrow(
        SourceMismatchError
      );
    }
    expect(() => page.transfers.resume(key)).toThrow(SourceMismatchError);
    expect(page.row('a').state).toBe('unfinished');
  });

  it('goes on in the same row when the same file is added', async () => {
    void page.transfers.restore();
    await page.pass(50);
    const [added] = page.transfers.add([file], 'data');
    expect(added?.key).toBe(page.row('a').key);
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(server.count('create')).toBe(1);
    expect(server.resent).toEqual([]);
  });

  it('goes on when the same file is added before anything was restored', async () => {
    page.transfers.add([file], 'data');
    void page.transfers.restore();
    await page.idle();
    await page.pass(100);
    expect(page.states).toEqual(['done']);
    expect(server.count('create')).toBe(1);
    expect(server.resent).toEqual([]);
  });

  it('begins a new upload for a file that was changed since', async () => {
    const changed = new MemorySource('a', 50_000, 1);
    page.transfers.add([changed], 'data');
    await page.idle();
    expect(server.count('create')).toBe(2);
  });

  it('can cancel what is unfinished', async () => {
    void page.transfers.restore();
    await page.pass(50);
    void page.transfers.cancel(page.row('a').key);
    await page.pass(50);
    expect(server.partials.size).toBe(0);
  });

  it('shows nothing twice', async () => {
    void page.transfers.restore();
    await page.pass(50);
    void page.transfers.restore();
    await page.pass(50);
    expect(page.states).toEqual(['unfinished']);
    page.transfers.add([file], 'data');
    await page.pass(30);
    void page.transfers.restore();
    await page.pass(50);
    expect(page.states).toEqual(['uploading']);
    await page.idle();
  });
});

describe('two transfers of the same file', () => {
  it('never share an upload', async () => {
    const file = new MemorySource('a', 20_000);
    page.transfers.add([file], '');
    await page.pass(40);
    page.transfers.add([file], '');
    await page.until(() => page.questions.length > 0);
    expect(server.count('create')).toBe(2);
    page.questions[0]?.answer('rename');
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.holds('a (1)', file.content)).toBe(true);
  });
});
