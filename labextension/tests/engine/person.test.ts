import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { openPage } from './page';
import type { Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
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
    server.fail(({ verb, nth }) => verb === 'create' && nth === 1, 'after');
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.until(() => page.row('a').state === 'waiting');
    expect(server.partials.size).toBe(1);
    void page.transfers.cancel(page.row('a').key);
    await page.pass(1_000);
    expect(server.partials.size).toBe(0);
  });

  it('leaves nothing when it is taken off the list at once', async () => {
    server.latency = 50;
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.pass(400);
    page.transfers.pauseAll();
    page.transfers.resumeAll();
    await page.pass(10);
    void page.transfers.cancel(page.row('a').key);
    page.transfers.clearFinished();
    expect(page.states).toEqual([]);
    await page.pass(1_000);
    expect(server.partials.size).toBe(0);
  });

  it('is something else than clearing a failed row: what the server has can be taken up again', async () => {
    const file = new MemorySource('a', 5_000);
    server.fault = ({ verb, nth }) =>
      verb === 'sendChunk' && nth === 4
        ? {
            when: 'before',
            error: new TransportError('Full', 507, 'no_space', false)
          }
        : undefined;
    page.transfers.add([file], '');
    await page.idle();
    page.transfers.clearFinished();
    expect(server.partials.size).toBe(1);
    page.transfers.add([file], '');
    await page.idle();
    expect(server.count('create')).toBe(1);
    expect(server.resent).toEqual([]);
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
