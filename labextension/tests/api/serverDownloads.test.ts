import { describe, expect, it } from 'vitest';
import { ServerDownloads } from '../../src/api/serverDownloads';
import { TransportError } from '../../src/engine/wire';
import { RequestsModel } from './requestsModel';

const PAGE = 'https://hub.example.org';
const KEPT = '/user/ada/api/bigupload/download?selection=0123';

function downloads(
  requests: RequestsModel,
  server = { baseUrl: `${PAGE}/user/ada/`, token: 'secret' }
) {
  return new ServerDownloads(requests, server, PAGE);
}

describe('what is downloaded', () => {
  it('has an address that says all of it, whatever it is called', async () => {
    const requests = new RequestsModel();
    const paths = ['a b/ü & 100%+?#.bin', '日本/🎈 “x”/'];
    const url = await downloads(requests).prepare({
      destination: 'lab data',
      paths
    });
    expect(url).toMatch(
      /^https:\/\/hub\.example\.org\/user\/ada\/api\/bigupload\/download\?/
    );
    const query = new URL(url).searchParams;
    expect(query.get('destination')).toBe('lab data');
    expect(query.getAll('path')).toEqual(paths);
    expect(query.has('token')).toBe(false);
    expect(requests.asked).toEqual([
      `HEAD api/bigupload/download${new URL(url).search}`
    ]);
  });

  it('is kept by the server where that would be too long', async () => {
    const requests = new RequestsModel();
    requests.answer = ({ method }) => (method === 'POST' ? { url: KEPT } : {});
    const paths = Array.from({ length: 300 }, (_, number) => `run/${number}`);
    const url = await downloads(requests).prepare({
      destination: 'home',
      paths
    });
    expect(url).toBe(`${PAGE}${KEPT}`);
    expect(requests.requests[0]).toMatchObject({
      method: 'POST',
      body: { destination: 'home', paths }
    });
    expect(requests.asked.at(-1)).toBe(
      'HEAD api/bigupload/download?selection=0123'
    );
  });

  it('comes with the token from another origin, which gets no cookie', async () => {
    const server = { baseUrl: 'https://elsewhere.example.org/', token: 'sec' };
    const url = await downloads(new RequestsModel(), server).prepare({
      destination: 'home',
      paths: ['a']
    });
    expect(new URL(url).searchParams.get('token')).toBe('sec');
  });

  it('is refused with what only the answer to a GET says', async () => {
    const requests = new RequestsModel();
    requests.answer = ({ method }) => {
      throw method === 'HEAD'
        ? new TransportError('HTTP 404', 404, 'http')
        : new TransportError('There is no “a”.', 404, 'not_found');
    };
    const prepared = downloads(requests).prepare({
      destination: 'home',
      paths: ['a']
    });
    await expect(prepared).rejects.toMatchObject({ reason: 'not_found' });
    expect(requests.requests.at(-1)?.headers).toEqual({ Range: 'bytes=0-0' });
  });

  it('is asked for once where the server cannot be reached', async () => {
    const requests = new RequestsModel();
    requests.answer = () => {
      throw new TransportError('', 0, 'network');
    };
    const prepared = downloads(requests).prepare({
      destination: 'home',
      paths: ['a']
    });
    await expect(prepared).rejects.toMatchObject({ reason: 'network' });
    expect(requests.requests).toHaveLength(1);
  });
});
