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

describe('a fault that does not pass', () => {
  for (const [status, reason] of [
    [403, 'forbidden'],
    [403, 'http'],
    [404, 'folder_missing'],
    [507, 'no_space']
  ] as const) {
    it(`fails the transfer, until the person retries: ${status} ${reason}`, async () => {
      const file = new MemorySource('a', 5_000);
      server.fail(
        ({ verb, nth }) => verb === 'sendChunk' && nth === 3,
        'before',
        new TransportError('No', status, reason)
      );
      page.transfers.add([file], '');
      await page.idle();
      expect(page.row('a')).toMatchObject({
        state: 'failed',
        error: { reason, message: 'No' },
        can: { pause: false, resume: false, cancel: true, retry: true }
      });
      expect(page.transfers.totals).toMatchObject({ files: 0, failed: 1 });
      page.transfers.retry(page.row('a').key);
      await page.idle();
      expect(page.states).toEqual(['done']);
      expect(server.holds('a', file.content)).toBe(true);
      expect(server.resent).toEqual([]);
    });
  }

  it('shows a file that changed or vanished on disk as that, not as a broken network', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.pass(60);
    file.readable = false;
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'source_unreadable' }
    });
  });

  it('begins anew after an upload that the server could not finish', async () => {
    const file = new MemorySource('a', 1_000);
    server.fail(({ verb, nth }) => verb === 'complete' && nth === 1, 'before');
    page.transfers.add([file], '');
    await page.until(() => page.row('a').state === 'waiting');
    const partial = server.partials.get('upload-1');
    if (partial === undefined) {
      throw new Error('No partial');
    }
    partial.fail('storage_failed', 'Disk trouble');
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'storage_failed', message: 'Disk trouble' }
    });
    page.transfers.retry(page.row('a').key);
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.partials.size).toBe(0);
  });

  it('sends a file anew that the server refused at the end, when the person retries', async () => {
    const file = new MemorySource('a', 1_000);
    server.fail(
      ({ verb, nth }) => verb === 'complete' && nth === 1,
      'before',
      new TransportError('Not this one', 403, 'refused', false)
    );
    page.transfers.add([file], '');
    await page.idle();
    expect(page.row('a').error).toEqual({
      reason: 'refused',
      message: 'Not this one'
    });
    const partial = server.partials.get('upload-1');
    if (partial === undefined) {
      throw new Error('No partial');
    }
    partial.fail('refused', 'Not this one');
    page.transfers.retry(page.row('a').key);
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(server.partials.size).toBe(0);
    expect(server.holds('a', file.content)).toBe(true);
  });

  it('lets the other files go on', async () => {
    server.fail(
      ({ range }) => range?.[1] === 77,
      'before',
      new TransportError('No', 403, 'forbidden')
    );
    page.transfers.add(
      [77, 78, 79, 80, 81].map(size => new MemorySource(`f${size}`, size)),
      ''
    );
    await page.idle();
    expect(page.states).toEqual(['failed', 'done', 'done', 'done', 'done']);
  });
});

describe('an upload that vanished from the server', () => {
  it('is begun anew, once', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.pass(60);
    server.forget('upload-1');
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.count('create')).toBe(2);
    // Another key: the first one stands for what is gone.
    expect([...server.idsByKey.values()]).toEqual(['upload-1', 'upload-2']);
  });

  it('is not begun anew a second time before the person asks for it', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.pass(60);
    server.forget('upload-1');
    await page.until(() => server.partials.has('upload-2'));
    await page.pass(20);
    server.forget('upload-2');
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'not_found' }
    });
    page.transfers.retry(page.row('a').key);
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
  });
});
