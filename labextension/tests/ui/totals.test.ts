import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { statusText } from '../../src/ui/text/statusText';
import { totalText } from '../../src/ui/panel/totalText';
import { MemorySource } from '../engine/memorySource';
import { Page } from '../engine/page';
import { networkError, ServerModel } from '../engine/serverModel';
import { english } from './english';

let server: ServerModel;
let page: Page;

const status = () => statusText(page.transfers, [], english);
const total = () =>
  totalText(page.transfers.totals, [], english).replaceAll('\u00a0', ' ');

beforeEach(() => {
  vi.useFakeTimers();
  server = new ServerModel();
  page = new Page(server);
  return () => vi.useRealTimers();
});

describe('the words for all transfers', () => {
  it('are none while there are none', () => {
    expect(status()).toBeNull();
    expect(total()).toBe('');
  });

  it('follow the bytes', async () => {
    server.bandwidth = 1;
    page.transfers.add(
      [new MemorySource('a', 4096), new MemorySource('b', 8192)],
      ''
    );
    expect(status()).toBe('2 uploads · 0%');
    expect(total()).toBe('0 of 2 files done · 0 B of 12.0 KB');
    await page.until(() => page.transfers.totals.rate !== null);
    expect(status()).toMatch(/^2 uploads · \d+% · [\d.,]+ K?B\/s$/);
    expect(total()).toMatch(
      /^0 of 2 files done · [\d.,]+ K?B of 12\.0 KB · [\d.,]+ K?B\/s · \d+ s left$/
    );
    await page.idle();
    expect(status()).toBeNull();
    expect(total()).toBe('2 files done · 12.0 KB');
  });

  it('say what stands still', async () => {
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.pass(20);
    page.transfers.pauseAll();
    await page.pass(1_000);
    expect(status()).toBe('1 upload paused');

    const later = new Page(server);
    const restored = later.transfers.restore();
    await later.pass(100);
    await restored;
    expect(statusText(later.transfers, [], english)).toBe(
      '1 unfinished upload'
    );
  });

  it('name what the uploads wait for', async () => {
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.pass(20);
    server.fault = () => ({
      when: 'before',
      error: new TransportError('Forbidden', 403, 'unauthorized', false)
    });
    await page.until(() => page.row('a').state === 'waiting');
    expect(status()).toMatch(/^1 upload · \d+% · login expired$/);

    server.fault = () => ({ when: 'before', error: networkError() });
    page.network.switch(false);
    await page.until(() => page.row('a').error?.reason === 'offline');
    expect(status()).toMatch(/^1 upload · \d+% · offline$/);
  });

  it('count a failure, not its bytes', async () => {
    const gone = new MemorySource('gone', 5_000);
    gone.readable = false;
    page.transfers.add([gone], '');
    await page.idle();
    expect(status()).toBe('1 upload failed');
    expect(total()).toBe('1 failed');
  });
});
