import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { sha256 } from './digests';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
});

describe('every chunk', () => {
  it('brings its digest, and the composite of all is compared at the end', async () => {
    const file = new MemorySource('a', 3_500);
    page.transfers.add([file], '');
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(page.hasher.jobs.map(({ bytes }) => bytes)).toEqual([
      1_000, 1_000, 1_000, 500
    ]);
    expect(server.composites).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/)
    ]);
  });

  it('is digested by the algorithm that the server chose', async () => {
    page.hasher.algorithms = ['sha-256'];
    const file = new MemorySource('a', 3_500);
    page.transfers.add([file], '');
    await page.until(() => server.partials.size > 0);
    expect(server.partials.get('upload-1')?.listed.digest).toBe('sha-256');
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
  });

  it('goes without where nothing can be computed', async () => {
    page.hasher.algorithms = [];
    const file = new MemorySource('a', 3_500);
    page.transfers.add([file], '');
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.composites).toEqual([undefined]);
  });

  it('has its digest before its turn comes: the link never waits for one', async () => {
    server.parallel = 1;
    server.bandwidth = 10;
    page.hasher.speed = 20;
    const file = new MemorySource('a', 20_000);
    page.transfers.add([file], '');
    const began = Date.now();
    await page.idle();
    // Twenty chunks of 100 ms and a round trip each, the list, the creation and the end; and but one digest of 50 ms.
    expect(Date.now() - began).toBeLessThan(20 * 110 + 30 + 50 + 40);
    expect(server.mostChunksOfOne).toBe(1);
  });

  it('is not sent when its digest comes after another chunk has failed', async () => {
    page.hasher.speed = 10;
    server.fault = ({ verb, nth }) =>
      verb === 'sendChunk' && nth === 1
        ? { when: 'before', error: new TransportError('', 507, 'no_space') }
        : undefined;
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.until(() => page.row('a').state === 'failed');
    expect(server.count('sendChunk')).toBeLessThanOrEqual(3);
  });
});

describe('a bit that flips on the way', () => {
  it('is found, and that chunk alone is sent again', async () => {
    server.damage = ({ nth }) => nth % 3 === 0;
    const file = new MemorySource('a', 12_000);
    page.transfers.add([file], '');
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(server.holds('a', file.content)).toBe(true);
    const damaged = Math.floor(server.count('sendChunk') / 3);
    expect(server.count('sendChunk')).toBe(12 + damaged);
    expect(server.count('status')).toBe(0);
  });

  it('in one chunk stops no other', async () => {
    server.damage = ({ range }) => range?.[0] === 2_000;
    page.transfers.add([new MemorySource('a', 20_000)], '');
    await page.until(
      () => server.partials.get('upload-1')?.listed.received_bytes === 19_000
    );
    expect(page.states).toEqual(['uploading']);
    server.damage = () => false;
    await page.idle();
    expect(page.states).toEqual(['done']);
  });

  it('every time ends in a failure that says so', async () => {
    server.damage = ({ range }) => range?.[0] === 2_000;
    page.transfers.add([new MemorySource('a', 5_000)], '');
    await page.idle({ step: 50 });
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'digest_mismatch' },
      can: { retry: true }
    });
    expect(server.files.size).toBe(0);
    server.damage = () => false;
    page.transfers.retry(page.row('a').key);
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(server.resent).toEqual([]);
  });
});

describe('bytes that the server finds lost at the end', () => {
  it('are sent again, and that shows', async () => {
    const file = new MemorySource('a', 5_000);
    server.fault = ({ verb, nth }) => {
      if (verb === 'complete' && nth === 1) {
        const partial = server.partials.get('upload-1');
        partial?.bytes.fill(0, 2_000, 3_000);
        partial?.readBack(0);
      }
      return undefined;
    };
    const seen: string[] = [];
    page.transfers.changed.subscribe(() => {
      const { state } = page.row('a');
      if (state !== seen.at(-1)) {
        seen.push(state);
      }
    });
    page.transfers.add([file], '');
    await page.idle();
    expect(seen.slice(-2)).toEqual(['waiting', 'uploading']);
    expect(page.states).toEqual(['done']);
    expect(server.count('complete')).toBe(2);
    expect(server.resent).toEqual([[2_000, 3_000]]);
    expect(server.holds('a', file.content)).toBe(true);
  });
});

describe('the composite', () => {
  it('covers what an earlier page sent', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.pass(200);
    page.close();
    await page.pass(20);
    page = new Page(server);
    page.transfers.add([file], '');
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(server.composites).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/)
    ]);
    expect(server.resent).toEqual([]);
  });

  it('of an empty file is that of nothing', async () => {
    page.transfers.add([new MemorySource('a', 0)], '');
    await page.idle();
    expect(server.composites).toEqual([sha256('')]);
  });

  it('that differs is a failure, and a retry begins anew', async () => {
    const file = new MemorySource('a', 5_000);
    server.fault = ({ verb, nth }) =>
      verb === 'complete' && nth === 1
        ? {
            when: 'before',
            error: new TransportError(
              'Not what was sent',
              409,
              'composite_mismatch',
              false
            )
          }
        : undefined;
    page.transfers.add([file], '');
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'composite_mismatch' },
      can: { retry: true }
    });
    expect(server.files.size).toBe(0);
    page.transfers.retry(page.row('a').key);
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect(server.count('create')).toBe(2);
    expect(server.partials.size).toBe(0);
    expect(server.holds('a', file.content)).toBe(true);
  });

  it('can’t be made of parts that the server has changed', async () => {
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.pass(100);
    page.transfers.pause(page.row('a').key);
    await page.pass(20);
    const partial = server.partials.get('upload-1');
    partial?.tamper([0, 1_000]);
    page.transfers.resume(page.row('a').key);
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'composite_mismatch' }
    });
    expect(server.files.size).toBe(0);
  });
});

describe('after the server’s machine was restarted', () => {
  it('waits for the check and says so, then sends only what was lost', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.until(() => page.row('a').sent > 20_000);
    const partial = server.partials.get('upload-1');
    partial?.bytes.fill(0, 3_100, 3_200);
    server.restartMachine(30_000);
    await page.until(() => page.row('a').state === 'waiting');
    await page.pass(20_000, 100);
    expect(page.row('a')).toMatchObject({
      state: 'waiting',
      error: { reason: 'checking' }
    });
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([[3_000, 4_000]]);
  });

  it('stays in the same state while it looks whether the check is over', async () => {
    const states: string[] = [];
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.pass(100);
    server.restartMachine(30_000);
    await page.until(() => page.row('a').state === 'waiting');
    for (let looked = 0; looked < 1_000; looked += 1) {
      await page.pass(5);
      states.push(page.row('a').state);
    }
    expect(new Set(states)).toEqual(new Set(['waiting']));
    expect(server.count('status')).toBeGreaterThanOrEqual(2);
  });

  it('is finishing while the server reads everything back at the end', async () => {
    const file = new MemorySource('a', 5_000);
    server.fault = ({ verb, nth }) =>
      verb === 'complete' && nth <= 3
        ? {
            when: 'before',
            error: new TransportError('Reading', 503, 'checking', true)
          }
        : undefined;
    page.transfers.add([file], '');
    await page.until(() => server.count('complete') === 3);
    expect(page.states).toEqual(['finishing']);
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.count('status')).toBe(0);
  });
});
