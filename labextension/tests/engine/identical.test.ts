import { beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/engine/wire';
import { MemorySource } from './memorySource';
import { openPage } from './page';
import type { Page } from './page';
import type { ServerModel } from './serverModel';

let server: ServerModel;
let page: Page;

const file = new MemorySource('a', 5_000);

beforeEach(() => {
  ({ server, page } = openPage());
  server.files.set('d/a', file.content);
  page.hasher.speed = 50;
});

describe('a file that is there already', () => {
  it('is recognised, and neither sent nor touched', async () => {
    const finished: boolean[] = [];
    page.transfers.finished.subscribe(({ identical }) =>
      finished.push(identical)
    );
    server.digestTime = 3_000;
    page.transfers.add([file], 'd');
    await page.until(() => page.row('a').state === 'comparing');
    expect(page.row('a').can).toMatchObject({ pause: true, cancel: true });
    expect(page.transfers.busy).toBe(true);
    await page.idle();
    expect(page.row('a')).toMatchObject({
      state: 'done',
      identical: true,
      path: 'd/a',
      sent: 5_000
    });
    expect(finished).toEqual([true]);
    expect(server.count('sendChunk')).toBe(0);
    expect([...server.files.keys()]).toEqual(['d/a']);
    expect(page.questions).toEqual([]);
  });

  it('is compared while nothing waits for the workers', async () => {
    page.transfers.add([file], 'd');
    await page.idle();
    expect(page.hasher.jobs).toEqual([{ bytes: 5_000, background: true }]);
  });

  it('is the same when both are empty', async () => {
    server.files.set('empty', new Uint8Array());
    page.transfers.add([new MemorySource('empty', 0)], '');
    await page.idle();
    expect(page.row('empty')).toMatchObject({ state: 'done', identical: true });
    expect(server.count('digest')).toBe(0);
  });

  it('is a question when one byte differs', async () => {
    server.files.set(
      'd/a',
      file.content.map((byte, index) => (index === 4_321 ? byte ^ 1 : byte))
    );
    page.transfers.add([file], 'd');
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('replace');
    await page.idle();
    expect(page.row('a')).toMatchObject({ state: 'done', identical: false });
    expect(server.holds('d/a', file.content)).toBe(true);
  });

  it('is a question at once when the sizes differ', async () => {
    server.files.set('d/a', file.content.subarray(1));
    page.transfers.add([file], 'd');
    await page.until(() => page.questions.length > 0);
    expect(server.count('digest')).toBe(0);
    page.questions[0]?.answer('skip');
    await page.idle();
  });

  it('is a question when this page computes no digests', async () => {
    page.hasher.algorithms = [];
    page.transfers.add([file], 'd');
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('skip');
    await page.idle();
  });

  it('is a question when either can’t be read', async () => {
    const gone = new MemorySource('a', 5_000);
    gone.readable = false;
    page.transfers.add([gone], 'd');
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('skip');
    await page.idle();
    server.fault = ({ verb }) =>
      verb === 'digest'
        ? { when: 'before', error: new TransportError('', 500, 'http') }
        : undefined;
    page.transfers.add([file], 'd');
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('skip');
    await page.idle();
    expect(page.states).toEqual(['skipped', 'skipped']);
  });

  it('is not compared where the person decided to skip what is there', async () => {
    server.files.set('d/b', new Uint8Array(1));
    page.transfers.add([new MemorySource('b', 7), file], 'd');
    server.latency = 50;
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('skip', true);
    await page.idle();
    expect(page.row('b').state).toBe('skipped');
  });

  it('can be paused, resumed and cancelled while it is compared', async () => {
    server.digestTime = 60_000;
    page.transfers.add([file], 'd');
    await page.until(() => page.row('a').state === 'comparing');
    page.transfers.pause(page.row('a').key);
    await page.pass(2_000);
    const asked = server.count('digest');
    await page.pass(20_000, 50);
    expect(page.states).toEqual(['paused']);
    expect(server.count('digest')).toBe(asked);
    page.transfers.resumeAll();
    await page.until(() => page.row('a').state === 'comparing');
    await page.transfers.cancel(page.row('a').key);
    await page.pass(2_000);
    expect(page.states).toEqual(['cancelled']);
    expect(server.holds('d/a', file.content)).toBe(true);
  });
});
