import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { openPage, Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
});

describe('a login that expires', () => {
  const expired = new TransportError('Log in', 403, 'unauthorized', false);
  let loggedIn: boolean;

  beforeEach(() => {
    loggedIn = true;
    server.fault = () =>
      loggedIn ? undefined : { when: 'before', error: expired };
  });

  it('pauses the transfer, says so, and lets it go on after the next login', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.pass(100);
    loggedIn = false;
    await page.until(() => page.row('a').state === 'waiting');
    const chunks = server.count('sendChunk');
    await page.pass(20 * 60_000, 500);
    expect(page.row('a')).toMatchObject({
      state: 'waiting',
      error: { reason: 'unauthorized', message: 'Log in' }
    });
    // Only looked at: nothing large is sent to be refused.
    expect(server.count('sendChunk')).toBe(chunks);
    expect(server.count('status')).toBeGreaterThan(200);
    loggedIn = true;
    await page.idle({ atMost: 8_000 });
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('is noticed at once when the person comes back', async () => {
    page.transfers.add([new MemorySource('a', 5_000)], '');
    loggedIn = false;
    await page.until(() => page.row('a').state === 'waiting');
    await page.pass(100);
    loggedIn = true;
    page.network.changed.emit();
    await page.idle({ atMost: 300 });
    expect(page.states).toEqual(['done']);
  });

  it('does not flicker while it looks', async () => {
    page.transfers.add([new MemorySource('a', 5_000)], '');
    loggedIn = false;
    await page.until(() => page.row('a').state === 'waiting');
    const states = new Set<string>();
    for (let looked = 0; looked < 2_400; looked += 1) {
      await page.pass(5);
      states.add(page.row('a').state);
    }
    expect([...states]).toEqual(['waiting']);
  });

  it('can be paused and cancelled meanwhile', async () => {
    page.transfers.add(
      [new MemorySource('a', 5_000), new MemorySource('b', 5_000)],
      ''
    );
    loggedIn = false;
    await page.until(() => page.states.every(state => state === 'waiting'));
    page.transfers.pause(page.row('a').key);
    void page.transfers.cancel(page.row('b').key);
    loggedIn = true;
    await page.pass(20_000, 50);
    expect(page.states).toEqual(['paused', 'cancelled']);
    page.transfers.resumeAll();
    await page.idle();
    expect(page.states).toEqual(['done', 'cancelled']);
  });

  it('may end in a question about the name', async () => {
    loggedIn = false;
    page.transfers.add([new MemorySource('a', 5_000)], '');
    await page.until(() => page.row('a').state === 'waiting');
    server.files.set('a', new Uint8Array(1));
    loggedIn = true;
    await page.until(() => page.questions.length > 0);
    loggedIn = false;
    page.questions[0]?.answer('replace');
    await page.until(() => page.row('a').state === 'waiting');
    loggedIn = true;
    await page.idle();
    expect(page.states).toEqual(['done']);
  });

  it('is something else than a person who may not upload', async () => {
    server.fault = () => ({
      when: 'before',
      error: new TransportError('No', 403, 'forbidden', false)
    });
    page.transfers.add([new MemorySource('a', 5_000)], '');
    await page.idle();
    expect(page.row('a').error?.reason).toBe('forbidden');
  });
});

describe('a computer without a network', () => {
  it('says that it is offline, and goes on as soon as it is back', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.pass(100);
    server.down = true;
    page.network.switch(false);
    await page.until(() => page.row('a').state === 'waiting');
    expect(page.row('a').error?.reason).toBe('offline');
    await page.pass(10 * 60_000, 500);
    server.down = false;
    page.network.switch(true);
    await page.idle({ atMost: 1_000 });
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('still uploads to a server that it can reach: its own', async () => {
    page.network.switch(false);
    page.transfers.add([new MemorySource('a', 5_000)], '');
    await page.idle();
    expect(page.states).toEqual(['done']);
  });

  it('does not blame the network for what the server says', async () => {
    page.network.switch(false);
    server.fault = ({ verb, nth }) =>
      verb === 'sendChunk' && nth === 1
        ? { when: 'before', error: new TransportError('', 423, 'locked', true) }
        : undefined;
    page.transfers.add([new MemorySource('a', 5_000)], '');
    await page.until(() => page.row('a').state === 'waiting');
    expect(page.row('a').error?.reason).toBe('locked');
    await page.idle();
  });

  it('tries nothing at once when it goes, only when it comes', async () => {
    page = new Page(server, () => 0.999);
    server.down = true;
    page.transfers.add([new MemorySource('a', 5_000)], '');
    await page.pass(60_000, 100);
    const { retryAt } = page.row('a');
    page.network.switch(false);
    await page.pass(50);
    expect(page.row('a').retryAt).toBe(retryAt);
  });
});

describe('a connection that stands still', () => {
  it('is tried again with smaller chunks', async () => {
    server.chunkSize = 64 * 1024 * 1024;
    server.bandwidth = 100_000;
    server.fault = ({ verb, nth }) =>
      verb === 'sendChunk' && nth <= 4
        ? { when: 'before', error: new TransportError('', 0, 'stalled') }
        : undefined;
    const file = new MemorySource('a', 4_000_000);
    page.transfers.add([file], '');
    await page.until(() => page.row('a').state === 'waiting');
    expect(page.row('a').error?.reason).toBe('stalled');
    const before = server.count('sendChunk');
    await page.idle();
    const sizes = server.calls
      .flatMap(({ range }) => (range === undefined ? [] : [range]))
      .map(([start, end]) => end - start);
    expect(sizes[0]).toBe(512 * 1024);
    expect(sizes[before]).toBe(256 * 1024);
    expect(Math.max(...sizes.slice(before))).toBeGreaterThan(512 * 1024);
    expect(server.holds('a', file.content)).toBe(true);
  });
});
