import { describe, expect, it } from 'vitest';
import { ServerBatches } from '../../src/api/uploads/serverBatches';
import type { ServerBodies } from '../../src/api/uploads/serverBodies';
import { ServerChunks } from '../../src/api/uploads/serverChunks';
import { DirectFiles } from '../../src/api/stores/directFiles';
import { DirectParts } from '../../src/api/stores/directParts';
import { StoreAccess } from '../../src/api/stores/storeAccess';
import { ServerTransport } from '../../src/api/uploads/serverTransport';
import type { ICreateRequest } from '../../src/engine/wire';
import type { IRequest } from './requestsModel';
import { RequestsModel } from './requestsModel';

const BODIES = {} as ServerBodies;

function transportOf(requests: RequestsModel): ServerTransport {
  const access = new StoreAccess(requests, () => Promise.resolve('open'));
  return new ServerTransport(
    requests,
    new ServerChunks(BODIES),
    new ServerBatches(requests, BODIES),
    new DirectParts(requests, access),
    new DirectFiles(requests, access),
    access
  );
}

function pageOf({ path }: IRequest): unknown {
  const query = new URLSearchParams(path.split('?')[1]);
  const first = Number(query.get('after')?.split('_')[0] ?? 0);
  const ids = [0, 1, 2, 3, 4].slice(first, first + 2);
  return {
    uploads: ids.map(id => ({ id: `${id}`, size: id === 1 ? null : 10 })),
    next: first + 2 < 5 ? `${first + 2}_a+b` : null
  };
}

describe('the list of unfinished uploads', () => {
  it('is made of all pages', async () => {
    const requests = new RequestsModel();
    requests.answer = pageOf;
    const uploads = await transportOf(requests).list();
    expect(uploads.map(({ id }) => id)).toEqual(['0', '2', '3', '4']);
    expect(requests.asked).toEqual([
      'GET api/bigupload/uploads?limit=1000',
      'GET api/bigupload/uploads?limit=1000&after=2_a%2Bb',
      'GET api/bigupload/uploads?limit=1000&after=4_a%2Bb'
    ]);
  });

  it('ends with the request', async () => {
    const requests = new RequestsModel();
    const leaving = new AbortController();
    requests.answer = request => {
      leaving.abort();
      return pageOf(request);
    };
    await expect(transportOf(requests).list(leaving.signal)).rejects.toThrow();
    expect(requests.asked).toHaveLength(1);
  });
});

it('a create brings its key', async () => {
  const requests = new RequestsModel();
  await transportOf(requests).create({} as ICreateRequest, 'a key');
  expect(requests.requests).toMatchObject([
    {
      method: 'POST',
      path: 'api/bigupload/uploads',
      headers: { 'Idempotency-Key': 'a key' }
    }
  ]);
});
