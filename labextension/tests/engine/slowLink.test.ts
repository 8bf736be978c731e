import { expect, it } from 'vitest';
import { MemorySource } from './memorySource';
import { openPage } from './page';

const MB = 1_000_000;

/** Bytes a millisecond: a bad Wi-Fi. */
const SLOW = 100;

it.each(['chunks', 'whole'])(
  'several files on a slow link hold no minutes of work in flight (%s)',
  async way => {
    const { server, page } = openPage();
    server.bandwidth = SLOW;
    server.chunkSize = 64 * MB;
    server.blockSize = way === 'whole' ? 1 * MB : null;
    const files = ['a', 'b', 'c', 'd', 'e'].map(name => {
      const source = new MemorySource(name, 6 * MB);
      return way === 'whole' ? source.withWhole() : source;
    });
    page.transfers.add(files, '');
    let most = 0;
    for (let step = 0; page.transfers.busy && step < 4_000; step += 1) {
      await page.pass(250, 250);
      const inFlight = page.transfers.transfers.reduce(
        (sum, { sent, acknowledged, state }) =>
          state === 'uploading' ? sum + sent - acknowledged : sum,
        0
      );
      most = Math.max(most, inFlight);
    }
    expect(page.states).toEqual(Array(5).fill('done'));
    // The model's bandwidth is of each request; three of them are in flight.
    expect(most / (3 * SLOW)).toBeLessThan(30_000);
  }
);
