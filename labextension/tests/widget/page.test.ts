import { afterEach, describe, expect, it, vi } from 'vitest';
import { isAccepted, kindsInWords } from '../../src/widget/accept';
import { serverOf } from '../../src/widget/server';
import type { IDocument } from '../../src/widget/server';

describe('what a widget takes', () => {
  it.each([
    ['', 'a.txt', '', true],
    ['.csv, .PARQUET', 'A.CSV', '', true],
    ['.csv,.parquet', 'a.parquet', '', true],
    ['.csv', 'a.csv.exe', 'text/csv', false],
    ['.csv', 'csv', '', false],
    ['image/*', 'a', 'image/png', true],
    ['image/*', 'a.png', '', false],
    ['text/csv', 'a', 'text/csv', true],
    ['text/csv', 'a', 'text/csv2', false]
  ])('%s: %s of type “%s”: %s', (accept, name, type, wanted) => {
    expect(isAccepted(accept, { name, type })).toBe(wanted);
  });

  it('is told in words', () => {
    expect(kindsInWords('.csv')).toBe('.csv');
    expect(kindsInWords('.csv,.parquet')).toBe('.csv or .parquet');
  });
});

describe('the server of a page', () => {
  const page = (
    config: string | null,
    dataset: DOMStringMap = {}
  ): IDocument => ({
    getElementById: id =>
      id === 'jupyter-config-data' ? { textContent: config } : null,
    body: { dataset }
  });
  const href = 'https://hub.org/user/ann/voila/render/a.ipynb';

  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['{"baseUrl": "/user/ann/"}', {}, 'https://hub.org/user/ann/'],
    ['{"baseUrl": "/user/ann"}', {}, 'https://hub.org/user/ann/'],
    ['{"baseUrl": "http://a:1/b/"}', {}, 'http://a:1/b/'],
    ['{broken', { baseUrl: '/nb/' }, 'https://hub.org/nb/'],
    [null, { baseUrl: '/nb/' }, 'https://hub.org/nb/']
  ])('%s, %o: %s', (config, dataset, baseUrl) => {
    expect(serverOf(page(config, dataset), href)?.baseUrl).toBe(baseUrl);
  });

  it('is none where nothing says so', () => {
    expect(serverOf(page(null), href)).toBeNull();
    expect(serverOf(page('{}'), href)).toBeNull();
    expect(serverOf(page('{"baseUrl": 1}'), href)).toBeNull();
  });

  it('is none for uploads where Voilà looks for a file instead', async () => {
    const url = 'https://hub.org/voila/files/api/y';
    const refused = { redirected: true, url, status: 403 };
    vi.stubGlobal('document', { cookie: '' });
    vi.stubGlobal('fetch', () => Promise.resolve(refused));
    const server = serverOf(page('{"baseUrl": "/"}'), href);
    expect((await server?.fetch('api/y', {}))?.status).toBe(404);
  });

  it('sees who asks: by the token, and by the last XSRF cookie', async () => {
    const asked: [string, RequestInit][] = [];
    vi.stubGlobal('document', { cookie: '_xsrf=hub; a=b; _xsrf=own' });
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      asked.push([url, init]);
      return Promise.resolve(new Response());
    });
    const server = serverOf(page('{"baseUrl": "/x/", "token": "t"}'), href);
    await server?.fetch('api/y', { method: 'POST' });
    const [url, init] = asked[0] ?? [];
    expect(url).toBe('https://hub.org/x/api/y');
    expect([...new Headers(init?.headers)]).toEqual([
      ['authorization', 'token t'],
      ['content-type', 'application/json'],
      ['x-xsrftoken', 'own']
    ]);
    expect(init).toMatchObject({ method: 'POST', credentials: 'same-origin' });
  });
});
