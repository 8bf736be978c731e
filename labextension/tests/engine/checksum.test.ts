import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { sha256 } from './digests';
import { MemorySource } from './memorySource';
import { openPage } from './page';
import type { Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;
let file: MemorySource;

beforeEach(async () => {
  ({ server, page } = openPage());
  file = new MemorySource('a', 5_000);
  page.transfers.add([file], '');
  expect(page.row('a').can.checksum).toBe(false);
  await page.idle();
  expect(page.row('a')).toMatchObject({
    checksum: null,
    can: { checksum: true }
  });
});

describe('the SHA-256 of a file', () => {
  it('is computed on both sides at once, and shows how far it is', async () => {
    server.digestTime = 3_000;
    page.hasher.speed = 2;
    const computed = page.transfers.computeChecksum(page.row('a').key);
    const progress: number[] = [];
    await page.until(() => {
      const { checksum } = page.row('a');
      progress.push(checksum?.progress ?? -1);
      return checksum?.state === 'done';
    });
    await computed;
    const hex = sha256(file.content);
    expect(page.row('a')).toMatchObject({
      checksum: {
        progress: 1,
        onServer: hex,
        onThisComputer: hex,
        error: null
      },
      can: { checksum: false }
    });
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(new Set(progress).size).toBeGreaterThan(3);
    expect(page.hasher.jobs.at(-1)).toEqual({ bytes: 5_000, background: true });
  });

  it('shows when the two differ', async () => {
    server.files.get('a')?.fill(0);
    void page.transfers.computeChecksum(page.row('a').key);
    await page.until(() => page.row('a').checksum?.state === 'done');
    const { checksum } = page.row('a');
    expect(checksum?.onThisComputer).toBe(sha256(file.content));
    expect(checksum?.onServer).toBe(sha256(new Uint8Array(5_000)));
  });

  it('is the server’s alone when the file can’t be read any more', async () => {
    file.readable = false;
    void page.transfers.computeChecksum(page.row('a').key);
    await page.until(() => page.row('a').checksum?.state === 'done');
    expect(page.row('a').checksum).toMatchObject({
      onServer: sha256(file.content),
      onThisComputer: null,
      error: null
    });
  });

  it('fails when the server has the file no more, and can be asked for again', async () => {
    server.files.delete('a');
    void page.transfers.computeChecksum(page.row('a').key);
    await page.until(() => page.row('a').checksum?.state === 'failed');
    expect(page.row('a')).toMatchObject({
      state: 'done',
      checksum: { error: { reason: 'not_found' } },
      can: { checksum: true }
    });
    server.files.set('a', file.content);
    void page.transfers.computeChecksum(page.row('a').key);
    await page.until(() => page.row('a').checksum?.state === 'done');
    expect(page.row('a').checksum?.error).toBeNull();
  });

  it('goes on through an outage', async () => {
    server.fault = ({ verb, nth }) =>
      verb === 'digest' && nth <= 3
        ? { when: 'before', error: new TransportError('', 0, 'network') }
        : undefined;
    void page.transfers.computeChecksum(page.row('a').key);
    await page.until(() => page.row('a').checksum?.state === 'done');
  });

  it('is given up when the row is cleared', async () => {
    server.digestTime = 60_000;
    void page.transfers.computeChecksum(page.row('a').key);
    await page.pass(1_000);
    page.transfers.clearFinished();
    await page.pass(1_000);
    const asked = server.count('digest');
    await page.pass(20_000, 50);
    expect(server.count('digest')).toBe(asked);
  });

  it('is of the path that the file really got', async () => {
    const second = new MemorySource('a', 400);
    page.transfers.clearFinished();
    page.transfers.add([second], '');
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('rename');
    await page.idle();
    void page.transfers.computeChecksum(page.row('a').key);
    await page.until(() => page.row('a').checksum?.state === 'done');
    expect(page.row('a').checksum?.onServer).toBe(sha256(second.content));
  });

  it('is one file’s at a time', async () => {
    page.transfers.add([new MemorySource('b', 5_000)], '');
    await page.idle();
    server.digestTime = 1_000;
    page.hasher.speed = 10;
    const before = page.hasher.jobs.length;
    for (const { key } of page.transfers.transfers) {
      void page.transfers.computeChecksum(key);
    }
    await page.pass(100);
    expect(page.hasher.jobs.length).toBe(before + 1);
    expect(page.row('b').checksum?.state).toBe('computing');
    await page.until(() =>
      page.transfers.transfers.every(
        ({ checksum }) => checksum?.state === 'done'
      )
    );
  });
});
