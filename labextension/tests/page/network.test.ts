import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BrowserNetwork } from '../../src/browser/network';

let news: number;
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  // What a browser has and Node lacks: the targets of the events.
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', new EventTarget());
  news = 0;
  end = new BrowserNetwork('http://hub/user/ada/').changed.subscribe(() => {
    news += 1;
  });
  return () => {
    end();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  };
});

describe('news of the network', () => {
  it.each(['online', 'offline', 'focus', 'pageshow'])(
    'comes with the event %s',
    event => {
      window.dispatchEvent(new Event(event));
      expect(news).toBe(1);
    }
  );

  it('comes when the page is seen again', () => {
    document.dispatchEvent(new Event('visibilitychange'));
    expect(news).toBe(1);
  });

  it('comes after a sleep, in which no timer ran', () => {
    vi.advanceTimersByTime(60_000);
    expect(news).toBe(0);
    vi.setSystemTime(Date.now() + 8 * 3600 * 1000);
    vi.advanceTimersByTime(60_000);
    expect(news).toBe(1);
  });

  it('does not come from timers that a browser slowed down', () => {
    for (let minute = 0; minute < 10; minute += 1) {
      vi.setSystemTime(Date.now() + 50_000);
      vi.advanceTimersByTime(10_000);
    }
    expect(news).toBe(0);
  });

  it('ends with the subscription', () => {
    end();
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
    vi.setSystemTime(Date.now() + 8 * 3600 * 1000);
    vi.advanceTimersByTime(60_000);
    expect(news).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the protocol', () => {
  it('is that of the last request to the server that a cache did not answer', () => {
    const entries = [
      { name: 'http://hub/user/ada/lab', nextHopProtocol: 'http/1.1' },
      { name: 'http://hub/user/ada/api/status', nextHopProtocol: 'h2' },
      { name: 'http://hub/user/ada/static/logo.svg', nextHopProtocol: '' },
      { name: 'http://elsewhere/', nextHopProtocol: 'h3' }
    ].map(entry => ({ ...entry, entryType: 'resource' }));
    vi.stubGlobal('performance', { getEntriesByType: () => entries });
    expect(new BrowserNetwork('http://hub/user/ada/').protocol).toBe('h2');
    entries.length = 0;
    expect(new BrowserNetwork('http://hub/user/ada/').protocol).toBeNull();
  });
});
