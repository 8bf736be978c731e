import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DirectFiles } from '../../src/api/stores/directFiles';
import { StoreAccess } from '../../src/api/stores/storeAccess';
import type { ProbeResult } from '../../src/api/stores/storeAccess';
import type { ISignedFile } from '../../src/engine/directFiles';
import { TransportError } from '../../src/engine/wire';
import type { IBatchFile } from '../../src/engine/wire';
import { RequestsModel } from './requestsModel';
import { XhrModel } from './xhrModel';

const LISTENING = new AbortController().signal;
const FILE: IBatchFile = {
  path: 'd/a',
  size: 4,
  last_modified: 1,
  digest: 'md5=:AAAAAAAAAAAAAAAAAAAAAA==:',
  on_conflict: 'fail'
};
const SIGNED = {
  state: 'signed',
  id: 'one',
  method: 'PUT',
  url: 'https://store/key?signature',
  headers: { 'Content-MD5': 'AAAA', 'If-None-Match': '*' },
  expires: '2026-11-21T10:00:00Z'
} as ISignedFile;

let server: RequestsModel;
let files: DirectFiles;
let result: ProbeResult;

beforeEach(() => {
  vi.stubGlobal('XMLHttpRequest', XhrModel);
  vi.useFakeTimers();
  XhrModel.sent.length = 0;
  XhrModel.store = () => ({ status: 200 });
  result = 'open';
  server = new RequestsModel();
  server.answer = ({ path }) => {
    switch (path) {
      case 'api/bigupload/destinations':
        return {
          destinations: [
            { name: 'home', digest: null },
            { name: 'lab', digest: 'md5' }
          ]
        };
      case 'api/bigupload/batches/signed?destination=lab':
        return { files: [SIGNED, null] };
      case 'api/bigupload/batches/sent?destination=lab':
        return { files: [{ state: 'done', path: 'd/a', identical: false }] };
      default:
        return { method: 'PUT', url: 'https://store/no', headers: {} };
    }
  };
  const access = new StoreAccess(server, () => Promise.resolve(result));
  files = new DirectFiles(server, access);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function put(onProgress: (sent: number) => void = () => undefined) {
  const bytes = new TextEncoder().encode('abcd');
  return files.put('lab', SIGNED, bytes, { signal: LISTENING, onProgress });
}

function isOpen(): Promise<boolean> {
  return files.isOpen('lab', LISTENING);
}

async function refused(): Promise<TransportError> {
  const error: unknown = await put().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransportError);
  return error as TransportError;
}

describe('small files straight to the store', () => {
  it('need the digests of the store', async () => {
    expect(await files.digest('lab')).toBe('md5');
    expect(await files.digest('home')).toBeNull();
    expect(await files.digest('gone')).toBeNull();
  });

  it('are signed, and confirmed, many in a request', async () => {
    const signed = await files.sign('lab', [FILE, FILE], LISTENING);
    expect(signed).toEqual([SIGNED, null]);
    const sent = { ...FILE, id: 'one' };
    const [outcome] = await files.confirm('lab', [sent], LISTENING);
    expect(outcome?.state).toBe('done');
    expect(server.requests.map(({ body }) => body)).toEqual([
      { files: [FILE, FILE] },
      { files: [sent] }
    ]);
  });

  it('are sent with exactly what was signed, and no credentials', async () => {
    const onProgress = vi.fn();
    await put(onProgress);
    const [request] = XhrModel.sent;
    expect(request).toMatchObject({
      method: 'PUT',
      url: 'https://store/key?signature',
      headers: { 'Content-MD5': 'AAAA', 'If-None-Match': '*' },
      withCredentials: false
    });
    expect(await request?.body?.text()).toBe('abcd');
    expect(onProgress).toHaveBeenLastCalledWith(4);
    expect(server.requests).toHaveLength(0);
  });

  it.each([409, 412])('hear that their names are taken: %i', async status => {
    const code = status === 409 ? 'BlobAlreadyExists' : 'PreconditionFailed';
    const text = `<Error><Code>${code}</Code></Error>`;
    XhrModel.store = () => ({ status, text });
    expect((await refused()).reason).toBe('exists');
  });
});

describe('a store that gives no answer', () => {
  beforeEach(() => {
    XhrModel.store = () => null;
  });

  it('because of its rule is left to the server', async () => {
    result = 'refused';
    expect((await refused()).reason).toBe('rerouted');
    expect(await isOpen()).toBe(false);
  });

  it('to a file, though it does to a probe, is left to the server for a while', async () => {
    expect(await isOpen()).toBe(true);
    expect((await refused()).reason).toBe('rerouted');
    expect(await isOpen()).toBe(false);
    vi.advanceTimersByTime(61_000);
    expect(await isOpen()).toBe(true);
  });

  it('for a moment is waited for', async () => {
    XhrModel.store = () => ({ status: 200 });
    await put();
    XhrModel.store = () => null;
    expect(await refused()).toMatchObject({
      reason: 'store_unreachable',
      status: 0
    });
    expect(await isOpen()).toBe(true);
  });
});
