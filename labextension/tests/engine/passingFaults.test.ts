import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import type { ServerModel } from './serverModel';
import { networkError } from './trafficModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
});

async function arrives(file: MemorySource): Promise<void> {
  page.transfers.add([file], '');
  await page.idle();
  expect(page.states).toEqual(['done']);
  expect(server.holds(file.name, file.content)).toBe(true);
  expect([...server.files.keys()]).toEqual([file.name]);
  expect(server.partials.size).toBe(0);
  expect(server.resent).toEqual([]);
}

describe('a fault that passes', () => {
  const errors = {
    network: networkError(),
    timeout: new TransportError('', 0, 'timeout'),
    'bad gateway': new TransportError('', 502, 'gateway'),
    'storage failed': new TransportError('', 500, 'storage_failed', true),
    locked: new TransportError('', 423, 'locked', true),
    'offset mismatch': new TransportError('', 409, 'offset_mismatch', true),
    'range overlap': new TransportError('', 409, 'range_overlap', true),
    'length mismatch': new TransportError('', 400, 'length_mismatch', true)
  };

  for (const [name, error] of Object.entries(errors)) {
    it(`is retried for a chunk: ${name}`, async () => {
      server.fail(
        ({ verb, nth }) => verb === 'sendChunk' && nth % 4 === 2,
        'before',
        error
      );
      await arrives(new MemorySource('a', 10_000));
    });
  }

  for (const verb of ['list', 'create', 'status', 'complete'] as const) {
    it(`is retried for ${verb}`, async () => {
      server.fail(call => call.verb === verb && call.nth <= 2, 'before');
      const fault = server.fault;
      // A chunk whose answer is lost makes the engine look at the status.
      server.fault = call =>
        call.verb === 'sendChunk' && call.nth === 1
          ? { when: 'after', error: networkError() }
          : fault(call);
      await arrives(new MemorySource('a', 10_000));
      expect(server.count(verb)).toBeGreaterThan(2);
    });
  }

  it('shows that it waits, why, and until when', async () => {
    server.down = true;
    page.transfers.add([new MemorySource('a', 10)], '');
    await page.until(() => page.row('a').state === 'waiting');
    const row = page.row('a');
    expect(row.error).toEqual({
      reason: 'network',
      message: 'No way to the server'
    });
    expect(row.retryAt).toBeGreaterThan(Date.now());
    expect(row.can).toEqual({
      pause: true,
      resume: false,
      cancel: true,
      retry: true,
      checksum: false
    });
    server.down = false;
    await page.idle();
    expect(page.row('a')).toMatchObject({ error: null, retryAt: null });
  });

  it('does not fail a transfer however long the server is down', async () => {
    const file = new MemorySource('a', 100_000);
    page.transfers.add([file], '');
    await page.pass(200);
    server.down = true;
    await page.pass(5_000);
    const chunks = server.count('sendChunk');
    await page.pass(20 * 60_000, 500);
    expect(page.states).toEqual(['waiting']);
    // A small request finds the end of the outage.
    expect(server.count('sendChunk')).toBe(chunks);
    expect((page.row('a').retryAt ?? 0) - Date.now()).toBeLessThanOrEqual(
      30_000
    );
    server.down = false;
    await page.idle({ atMost: 31_000 });
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('is tried again at once when the person says so', async () => {
    page = new Page(server, () => 0.999);
    server.down = true;
    page.transfers.add([new MemorySource('a', 10)], '');
    await page.pass(60_000, 100);
    server.down = false;
    const { key, retryAt } = page.row('a');
    expect(retryAt).toBeGreaterThan(Date.now() + 500);
    page.transfers.retry(key);
    await page.idle({ atMost: 500 });
    expect(page.states).toEqual(['done']);
  });

  it('is shown as a failure when it is no outage and never passes', async () => {
    server.fail(
      ({ verb }) => verb === 'sendChunk',
      'before',
      new TransportError('Disk trouble', 500, 'storage_failed', true)
    );
    page.transfers.add([new MemorySource('a', 10)], '');
    await page.idle({ atMost: 15 * 60_000, step: 500 });
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'storage_failed' }
    });
  });

  it('of one chunk stops no other chunk, and that one alone is sent again', async () => {
    server.fail(({ verb, nth }) => verb === 'sendChunk' && nth === 1, 'before');
    page.transfers.add([new MemorySource('a', 30_000)], '');
    await page.until(() => server.count('sendChunk') >= 20);
    expect(page.states).toEqual(['uploading']);
    await page.until(() => page.row('a').state === 'waiting');
    expect(server.count('sendChunk')).toBe(30);
    expect(page.row('a').sent).toBe(29_000);
    await page.idle();
    expect(server.count('sendChunk')).toBe(31);
    expect(server.count('status')).toBe(0);
    expect(server.resent).toEqual([]);
  });

  it('of a chunk that arrived all the same: nothing is sent again once the receipt of another tells', async () => {
    server.parallel = 1;
    server.bandwidth = 0.5;
    server.fail(
      ({ verb, nth }) => verb === 'sendChunk' && nth === 1,
      'after',
      new TransportError('', 423, 'locked', true)
    );
    const file = new MemorySource('a', 3_000);
    await arrives(file);
    expect(server.count('sendChunk')).toBe(3);
    expect(server.resent).toEqual([]);
  });

  it('waits as long as the answer asks for', async () => {
    server.fail(
      ({ verb, nth }) => verb === 'create' && nth === 1,
      'before',
      new TransportError('', 503, 'http', undefined, {}, 20_000)
    );
    page.transfers.add([new MemorySource('a', 10)], '');
    await page.pass(20_000);
    expect(page.states).toEqual(['waiting']);
    await page.idle({ atMost: 1_000 });
    expect(page.states).toEqual(['done']);
  });

  it('does not wait for ever for chunks that hang once the server has to be asked what it has', async () => {
    const file = new MemorySource('a', 3_000);
    server.bandwidth = 0.001;
    server.fail(
      ({ verb, nth }) => verb === 'sendChunk' && nth === 1,
      'before',
      new TransportError('', 409, 'range_overlap', true)
    );
    page.transfers.add([file], '');
    await page.pass(14_000);
    expect(page.states).toEqual(['uploading']);
    await page.pass(1_500);
    server.bandwidth = 100;
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
  });
});

describe('an answer that is lost', () => {
  it('of a chunk: the chunk is not sent again', async () => {
    server.fail(({ verb, nth }) => verb === 'sendChunk' && nth <= 3, 'after');
    const file = new MemorySource('a', 6_000);
    await arrives(file);
    expect(server.count('sendChunk')).toBe(6);
  });

  it('of the creation: no second upload is made', async () => {
    server.fail(({ verb, nth }) => verb === 'create' && nth === 1, 'after');
    await arrives(new MemorySource('a', 6_000));
    expect(server.created).toBe(1);
    expect(server.count('create')).toBe(2);
    expect(server.count('list')).toBe(1);
  });

  it('of the completion: it is asked again', async () => {
    server.fail(({ verb, nth }) => verb === 'complete' && nth === 1, 'after');
    page.transfers.add([new MemorySource('a', 100)], '');
    await page.until(() => page.row('a').state === 'waiting');
    await page.idle();
    expect(page.states).toEqual(['done']);
    expect([...server.files.keys()]).toEqual(['a']);
  });

  it('of the completion, and then the server has forgotten the upload: nothing is sent anew', async () => {
    server.fail(({ verb, nth }) => verb === 'complete' && nth === 1, 'after');
    page.transfers.add([new MemorySource('a', 100)], '');
    await page.until(() => page.row('a').state === 'waiting');
    server.finished.clear();
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'failed',
      error: { reason: 'not_found' },
      can: { retry: true }
    });
    expect(server.count('sendChunk')).toBe(1);
  });
});
