import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { probeByFetch, StoreAccess } from '../../src/api/stores/storeAccess';
import type { ProbeResult } from '../../src/api/stores/storeAccess';
import { TransportError } from '../../src/engine/wire';
import { RequestsModel } from './requestsModel';

const LISTENING = new AbortController().signal;
const MINUTE = 60_000;
const SIGNED = {
  method: 'PUT',
  url: 'https://store/no',
  headers: { 'Content-MD5': 'x' },
  expires: '2026-11-21T10:00:00Z'
};

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the way to a store', () => {
  let server: RequestsModel;
  let result: ProbeResult;
  let probes: number;
  let access: StoreAccess;
  let changes: number;

  beforeEach(() => {
    vi.useFakeTimers();
    server = new RequestsModel();
    server.answer = () => SIGNED;
    result = 'open';
    probes = 0;
    access = new StoreAccess(server, () => {
      probes += 1;
      return Promise.resolve(result);
    });
    changes = 0;
    access.changed.subscribe(() => {
      changes += 1;
    });
  });

  it.each([
    ['open', true, false],
    ['refused', false, true],
    ['unreachable', false, false]
  ] as const)(
    'is tried once, by all who ask: %s',
    async (now, isOpen, isRefused) => {
      result = now;
      expect(
        await Promise.all([
          access.isOpen('lab', LISTENING),
          access.isOpen('lab', LISTENING)
        ])
      ).toEqual([isOpen, isOpen]);
      expect(await access.isOpen('lab', LISTENING)).toBe(isOpen);
      expect(probes).toBe(1);
      expect(server.asked).toEqual([
        'GET api/bigupload/destinations/lab/probe'
      ]);
      expect(access.isRefused('lab')).toBe(isRefused);
      expect(changes).toBe(isRefused ? 1 : 0);
    }
  );

  it('is another one for each', async () => {
    result = 'refused';
    expect(await access.isOpen('a', LISTENING)).toBe(false);
    result = 'open';
    expect(await access.isOpen('b', LISTENING)).toBe(true);
    expect(access.isRefused('a')).toBe(true);
  });

  it('stays refused until a person has it tried again', async () => {
    result = 'refused';
    await access.isOpen('lab', LISTENING);
    result = 'open';
    vi.advanceTimersByTime(100 * MINUTE);
    expect(await access.isOpen('lab', LISTENING)).toBe(false);
    await access.test('lab');
    expect(await access.isOpen('lab', LISTENING)).toBe(true);
    expect(access.isRefused('lab')).toBe(false);
    expect(changes).toBe(2);
  });

  it('is tried again after a while when nothing answered', async () => {
    result = 'unreachable';
    expect(await access.isOpen('lab', LISTENING)).toBe(false);
    result = 'open';
    vi.advanceTimersByTime(MINUTE - 1);
    expect(await access.isOpen('lab', LISTENING)).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await access.isOpen('lab', LISTENING)).toBe(true);
  });

  it('stays open for a while in which nothing answers', async () => {
    await access.isOpen('lab', LISTENING);
    result = 'unreachable';
    expect(await access.unanswered('lab', LISTENING)).toBe(true);
    expect(await access.isOpen('lab', LISTENING)).toBe(true);
    vi.advanceTimersByTime(MINUTE / 2);
    access.answered('lab');
    vi.advanceTimersByTime(MINUTE - 1);
    expect(await access.unanswered('lab', LISTENING)).toBe(true);
    vi.advanceTimersByTime(MINUTE - 1);
    expect(await access.unanswered('lab', LISTENING)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await access.unanswered('lab', LISTENING)).toBe(false);
    expect(await access.isOpen('lab', LISTENING)).toBe(false);
    expect(access.isRefused('lab')).toBe(false);
  });

  it.each([1, 10, 60 * 24])(
    'is no worse for %i minutes without a part: the first failure begins the silence',
    async minutes => {
      await access.isOpen('lab', LISTENING);
      vi.advanceTimersByTime(minutes * MINUTE);
      result = 'unreachable';
      expect(await access.unanswered('lab', LISTENING)).toBe(true);
      expect(await access.isOpen('lab', LISTENING)).toBe(true);
      vi.advanceTimersByTime(MINUTE - 1);
      expect(await access.unanswered('lab', LISTENING)).toBe(true);
      vi.advanceTimersByTime(1);
      expect(await access.unanswered('lab', LISTENING)).toBe(false);
    }
  );

  it.each(['a part', 'a probe'])(
    'begins a new silence once it has answered to %s',
    async answered => {
      await access.isOpen('lab', LISTENING);
      for (let outage = 0; outage < 3; outage += 1) {
        result = 'unreachable';
        expect(await access.unanswered('lab', LISTENING)).toBe(true);
        vi.advanceTimersByTime(MINUTE - 1);
        expect(await access.unanswered('lab', LISTENING)).toBe(true);
        if (answered === 'a part') {
          access.answered('lab');
        } else {
          result = 'open';
          expect(await access.unanswered('lab', LISTENING)).toBe(true);
        }
        vi.advanceTimersByTime(5 * MINUTE);
      }
    }
  );

  it('is silent as long as the probe takes, too', async () => {
    await access.isOpen('lab', LISTENING);
    let give: (result: ProbeResult) => void = () => undefined;
    const slow = new StoreAccess(
      server,
      () =>
        new Promise(resolve => {
          give = resolve;
        })
    );
    slow.answered('lab');
    const first = slow.unanswered('lab', LISTENING);
    await vi.advanceTimersByTimeAsync(MINUTE);
    give('unreachable');
    expect(await first).toBe(false);
  });

  it('is tried again, and good for another silence, after one that was too long', async () => {
    await access.isOpen('lab', LISTENING);
    result = 'unreachable';
    await access.unanswered('lab', LISTENING);
    vi.advanceTimersByTime(MINUTE);
    expect(await access.isOpen('lab', LISTENING)).toBe(false);
    result = 'open';
    vi.advanceTimersByTime(MINUTE);
    expect(await access.isOpen('lab', LISTENING)).toBe(true);
    vi.advanceTimersByTime(10 * MINUTE);
    result = 'unreachable';
    expect(await access.unanswered('lab', LISTENING)).toBe(true);
  });

  it('is closed at once when the store answers, but not to this page', async () => {
    await access.isOpen('lab', LISTENING);
    result = 'refused';
    expect(await access.unanswered('lab', LISTENING)).toBe(false);
    expect(await access.isOpen('lab', LISTENING)).toBe(false);
    expect(access.isRefused('lab')).toBe(true);
  });

  it('is unknown when the server can’t be reached, and asked for again', async () => {
    const error = new TransportError('No', 0, 'network');
    server.answer = () => {
      throw error;
    };
    await expect(access.isOpen('lab', LISTENING)).rejects.toBe(error);
    server.answer = () => SIGNED;
    expect(await access.isOpen('lab', LISTENING)).toBe(true);
  });

  it('is no longer waited for by an upload that is stopped', async () => {
    const stop = new AbortController();
    let answer: (result: ProbeResult) => void = () => undefined;
    access = new StoreAccess(
      server,
      () =>
        new Promise(resolve => {
          answer = resolve;
        })
    );
    const stopped = access.isOpen('lab', stop.signal);
    const other = access.isOpen('lab', LISTENING);
    await vi.advanceTimersByTimeAsync(10);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    answer('open');
    expect(await other).toBe(true);
  });

  it('is not taken when the server can’t sign: its own chunks will tell why', async () => {
    server.answer = () => {
      throw new TransportError('No', 403, 'credentials_expired', false);
    };
    expect(await access.isOpen('lab', LISTENING)).toBe(false);
    expect(access.isRefused('lab')).toBe(false);
    expect(probes).toBe(0);
  });
});

describe('a probe', () => {
  const asked: RequestInit[] = [];

  /** @param reachable - by mode. */
  function browse(reachable: { cors: boolean; 'no-cors': boolean }): void {
    asked.length = 0;
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      expect(url).toBe(SIGNED.url);
      asked.push(init);
      return reachable[init.mode as 'cors' | 'no-cors']
        ? Promise.resolve(new Response('', { status: 403 }))
        : Promise.reject(new TypeError('Failed to fetch'));
    });
  }

  it('is sent as it was signed, without credentials; any answer means yes', async () => {
    browse({ cors: true, 'no-cors': true });
    expect(await probeByFetch(SIGNED)).toBe('open');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      method: 'PUT',
      headers: SIGNED.headers,
      mode: 'cors',
      credentials: 'omit'
    });
  });

  it('tells a store that refuses this page from one that is not there', async () => {
    browse({ cors: false, 'no-cors': true });
    expect(await probeByFetch(SIGNED)).toBe('refused');
    browse({ cors: false, 'no-cors': false });
    expect(await probeByFetch(SIGNED)).toBe('unreachable');
    expect(asked.at(-1)).toMatchObject({ credentials: 'omit' });
  });
});
