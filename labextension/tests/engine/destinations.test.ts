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

describe('the same path in two destinations', () => {
  it('is two files', async () => {
    const file = new MemorySource('a', 3_000);
    page.transfers.add([file], 'd');
    page.transfers.add([file], 'd', 'lab');
    await page.idle();
    expect(page.states).toEqual(['done', 'done']);
    expect(
      page.transfers.transfers.map(({ destination }) => destination)
    ).toEqual(['home', 'lab']);
    expect([...server.files.keys()].sort()).toEqual(['d/a', 'lab:d/a']);
  });

  it('is not gone on with in the other one', async () => {
    const file = new MemorySource('a', 30_000);
    page.transfers.add([file], '', 'lab');
    await page.until(() => page.row('a').sent > 5_000);
    page.close();
    const later = new Page(server);
    await Promise.all([later.transfers.restore(), later.pass(50)]);
    later.transfers.add([file], '');
    await later.idle();
    expect(
      later.transfers.transfers.map(({ destination, state }) => [
        destination,
        state
      ])
    ).toEqual([
      ['lab', 'unfinished'],
      ['home', 'done']
    ]);
    expect(server.partials.size).toBe(1);
    later.transfers.add([file], '', 'lab');
    await later.idle();
    expect(later.states).toEqual(['done', 'done']);
    expect(server.partials.size).toBe(0);
    expect(server.resent).toEqual([]);
  });

  it('is not found changed by another file in the other one', async () => {
    page.transfers.add([new MemorySource('a', 30_000)], '', 'lab');
    await page.until(() => page.row('a').sent > 5_000);
    page.close();
    const later = new Page(server);
    await Promise.all([later.transfers.restore(), later.pass(50)]);
    later.transfers.add([new MemorySource('a', 500)], '');
    await later.idle();
    expect(later.transfers.transfers[0]?.error).toBeNull();
    later.transfers.add([new MemorySource('a', 500)], '', 'lab');
    await later.pass(10);
    expect(later.transfers.transfers[0]?.error).toMatchObject({
      reason: 'source_changed'
    });
  });

  it('is adopted where its creation was lost, and nowhere else', async () => {
    server.fault = ({ verb, nth }) =>
      verb === 'create' && nth === 1
        ? { when: 'after', error: new TransportError('', 0, 'network') }
        : undefined;
    page.transfers.add([new MemorySource('a', 3_000)], '', 'lab');
    await page.until(() => page.row('a').state === 'waiting');
    page.transfers.add([new MemorySource('a', 3_000)], '');
    await page.idle();
    expect(page.states).toEqual(['done', 'done']);
    expect(server.created).toBe(2);
    expect([...server.files.keys()].sort()).toEqual(['a', 'lab:a']);
  });
});

describe('a file that is in the bucket already', () => {
  const file = new MemorySource('a', 5_000);

  beforeEach(() => {
    server.files.set('lab:a', file.content);
  });

  it('is recognised by the checksum that buckets keep', async () => {
    page.hasher.algorithms = ['xxh3-128', 'sha-256', 'crc64nvme', 'md5'];
    page.transfers.add([file], '', 'lab');
    await page.idle();
    expect(page.row('a')).toMatchObject({ state: 'done', identical: true });
    expect(server.digested).toEqual(['crc64nvme']);
  });

  it('is recognised by another checksum where the page can’t compute that', async () => {
    page.transfers.add([file], '', 'lab');
    await page.idle();
    expect(page.row('a')).toMatchObject({ state: 'done', identical: true });
    expect(server.digested).toEqual(['xxh3-128']);
  });

  it('is compared in home by the quickest one', async () => {
    page.hasher.algorithms = ['xxh3-128', 'sha-256', 'crc64nvme', 'md5'];
    server.files.set('a', file.content);
    page.transfers.add([file], '');
    await page.idle();
    expect(server.digested).toEqual(['xxh3-128']);
  });

  it('has its SHA-256 computed there', async () => {
    page.transfers.add([file], '', 'lab');
    await page.idle();
    await Promise.all([
      page.transfers.computeChecksum(page.row('a').key),
      page.pass(1_000)
    ]);
    const { checksum } = page.row('a');
    expect(checksum).toMatchObject({ state: 'done' });
    expect(checksum?.onServer).toBe(checksum?.onThisComputer);
  });
});

describe('a name that is taken', () => {
  it('says how large the file is, and that both can be kept, unless the server says otherwise', async () => {
    server.files.set('lab:a', new Uint8Array(7));
    page.transfers.add([new MemorySource('a', 100)], '', 'lab');
    await page.until(() => page.questions.length > 0);
    expect(page.questions[0]?.transfer.existing).toEqual({
      size: 7,
      canRename: true
    });
    page.questions[0]?.answer('replace');
    await page.idle();
    expect(page.row('a')).toMatchObject({ state: 'done', existing: null });
  });

  it('is asked about again where both can’t be kept any more, whatever holds for the others', async () => {
    server.files.set('lab:a', new Uint8Array(7));
    const late = new MemorySource('b', 20_000);
    page.transfers.add([new MemorySource('a', 100), late], '', 'lab');
    await page.until(() => page.questions.length > 0);
    page.questions[0]?.answer('rename', true);
    server.files.set('lab:b', new Uint8Array(7));
    server.existsDetails = { can_rename: false };
    await page.until(() => page.questions.length > 0);
    expect(page.questions[0]?.transfer).toMatchObject({
      name: 'b',
      existing: { size: 7, canRename: false }
    });
    page.questions[0]?.answer('replace');
    await page.idle();
    expect(page.states).toEqual(['done', 'done']);
    expect(page.row('a').path).toBe('a (1)');
    expect(server.holds('lab:b', late.content)).toBe(true);
  });
});

describe('errors of the bucket', () => {
  it.each(['access_denied', 'credentials_expired', 'credentials_missing'])(
    'are no expired login: %s',
    async reason => {
      server.fault = ({ verb }) =>
        verb === 'create'
          ? {
              when: 'before',
              error: new TransportError('No', 403, reason, false)
            }
          : undefined;
      page.transfers.add([new MemorySource('a', 100)], '', 'lab');
      await page.idle();
      expect(page.row('a')).toMatchObject({
        state: 'failed',
        error: { reason },
        can: { retry: true }
      });
    }
  );

  it.each(['slow_down', 'store_unreachable'])(
    'pass by themselves, however long they last: %s',
    async reason => {
      let down = true;
      server.fault = ({ verb }) =>
        down && verb === 'complete'
          ? {
              when: 'before',
              error: new TransportError('No', 503, reason, true)
            }
          : undefined;
      page.transfers.add([new MemorySource('a', 100)], '', 'lab');
      await page.pass(1_800_000, 1_000);
      expect(page.row('a')).toMatchObject({
        state: 'waiting',
        error: { reason }
      });
      down = false;
      await page.idle();
      expect(page.row('a').state).toBe('done');
    }
  );
});
