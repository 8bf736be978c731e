import { beforeEach, describe, expect, it } from 'vitest';
import { MemorySource } from './memorySource';
import { openPage } from './page';
import type { Page } from './page';
import type { ServerModel } from './serverModel';

/** Milliseconds: far longer than any fault may last that is no outage. */
const LONG = 4 * 3_600_000;

let server: ServerModel;
let page: Page;

beforeEach(() => {
  ({ server, page } = openPage());
});

describe('while the folder of an upload is not where it was', () => {
  it('waits for it however long that takes, and sends nothing again', async () => {
    const file = new MemorySource('a', 50_000);
    page.transfers.add([file], '');
    await page.until(() => page.row('a').sent > 20_000);
    server.folderAway = true;
    await page.until(() => page.row('a').state === 'waiting');
    const sent = server.count('sendChunk');
    await page.pass(LONG, 60_000);
    expect(page.row('a')).toMatchObject({
      state: 'waiting',
      error: { reason: 'folder_unavailable', message: 'Renamed' },
      can: { cancel: true }
    });
    // It looks, instead of sending bytes that nobody takes.
    expect(server.count('sendChunk')).toBe(sent);
    server.folderAway = false;
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('says so at the end, too', async () => {
    const file = new MemorySource('a', 5_000);
    server.fault = ({ verb, nth }) => {
      server.folderAway ||= verb === 'complete' && nth === 1;
      return undefined;
    };
    page.transfers.add([file], '');
    await page.until(() => page.row('a').state === 'waiting');
    expect(page.row('a')).toMatchObject({
      error: { reason: 'folder_unavailable' }
    });
    await page.pass(LONG, 60_000);
    server.folderAway = false;
    await page.idle();
    expect(server.holds('a', file.content)).toBe(true);
    expect(server.resent).toEqual([]);
  });

  it('looks every few seconds, without a flicker', async () => {
    const states: string[] = [];
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.until(() => page.row('a').sent > 20_000);
    server.folderAway = true;
    await page.until(() => page.row('a').state === 'waiting');
    const before = server.count('status');
    for (let looked = 0; looked < 600; looked += 1) {
      await page.pass(100);
      states.push(page.row('a').state);
    }
    expect(new Set(states)).toEqual(new Set(['waiting']));
    expect(server.count('status') - before).toBeGreaterThanOrEqual(10);
  });

  it('can be cancelled', async () => {
    page.transfers.add([new MemorySource('a', 50_000)], '');
    await page.until(() => page.row('a').sent > 20_000);
    server.folderAway = true;
    await page.until(() => page.row('a').state === 'waiting');
    void page.transfers.cancel(page.row('a').key);
    await page.until(() => server.partials.size === 0);
    expect(page.row('a').state).toBe('cancelled');
  });
});
