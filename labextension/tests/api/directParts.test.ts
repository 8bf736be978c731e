import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DirectParts } from '../../src/api/stores/directParts';
import { StoreAccess } from '../../src/api/stores/storeAccess';
import type { ProbeResult } from '../../src/api/stores/storeAccess';
import { TransportError } from '../../src/engine/wire';
import type {
  IChunkReceipt,
  ISendPartOptions,
  IUpload
} from '../../src/engine/wire';
import { RequestsModel } from './requestsModel';
import { XhrModel } from './xhrModel';

const LISTENING = new AbortController().signal;
const UPLOAD = { id: 'u/1', destination: 'lab' } as IUpload;
const RECEIPT: IChunkReceipt = { received: [[0, 4]], received_bytes: 4 };
const DIGEST = 'crc64nvme=:AAAAAAAAAAA=:';
const PART = { start: 0, end: 4, digest: DIGEST };
const SIGN = 'POST api/bigupload/uploads/u%2F1/sign';
const CONFIRM = 'POST api/bigupload/uploads/u%2F1/parts';
const PROBE = 'GET api/bigupload/destinations/lab/probe';
const STATUS = 'GET api/bigupload/uploads/u%2F1';

let server: RequestsModel;
let parts: DirectParts;
let result: ProbeResult;
let access: StoreAccess;
let signatures: number;
/** What goes wrong with a small request, if anything. */
let fault: (asked: string) => TransportError | undefined;
let state: string;
let inTurn: ISendPartOptions['inTurn'];

beforeEach(() => {
  vi.stubGlobal('XMLHttpRequest', XhrModel);
  XhrModel.sent.length = 0;
  XhrModel.store = () => ({ status: 200 });
  signatures = 0;
  result = 'open';
  state = 'receiving';
  inTurn = put => put();
  fault = () => undefined;
  server = new RequestsModel();
  server.answer = ({ method, path }) => {
    const asked = `${method} ${path}`;
    const error = fault(asked);
    if (error !== undefined) {
      throw error;
    }
    switch (asked) {
      case SIGN:
        signatures += 1;
        return {
          method: 'PUT',
          url: `https://store/key?signature=${signatures}`,
          headers: { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' },
          expires: '2026-11-21T10:00:00Z'
        };
      case CONFIRM:
        return RECEIPT;
      case STATUS:
        return { ...UPLOAD, state };
      default:
        return { method: 'PUT', url: 'https://store/no', headers: {} };
    }
  };
  access = new StoreAccess(server, () => Promise.resolve(result));
  parts = new DirectParts(server, access);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function send(
  body: Blob = new Blob(['abcd']),
  onProgress: (sent: number) => void = () => undefined,
  signal = LISTENING
): Promise<IChunkReceipt | null> {
  return parts.send(UPLOAD, [0, 4], body, {
    digest: DIGEST,
    inTurn,
    onProgress,
    signal
  });
}

function refuse(
  code: string,
  status: number
): { status: number; text: string } {
  return { status, text: `<Error><Code>${code}</Code></Error>` };
}

function failure(reason: string, status: number): TransportError {
  return new TransportError('No', status, reason, false);
}

describe('a part', () => {
  it('is signed, sent as it was signed, and confirmed', async () => {
    const moved: number[] = [];
    const body = new Blob(['abcd']);
    expect(await send(body, bytes => moved.push(bytes))).toBe(RECEIPT);
    expect(server.asked).toEqual([SIGN, CONFIRM]);
    expect(server.requests.map(request => request.body)).toEqual([PART, PART]);
    expect(XhrModel.sent).toHaveLength(1);
    expect(XhrModel.sent[0]).toMatchObject({
      method: 'PUT',
      url: 'https://store/key?signature=1',
      headers: { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' },
      withCredentials: false,
      body
    });
    expect(moved).toEqual([4]);
  });

  it('is signed anew for each attempt', async () => {
    XhrModel.store = () => refuse('BadDigest', 400);
    await expect(send()).rejects.toMatchObject({
      reason: 'digest_mismatch',
      retryable: true
    });
    XhrModel.store = () => ({ status: 200 });
    await send();
    expect(XhrModel.sent.map(({ url }) => url)).toEqual([
      'https://store/key?signature=1',
      'https://store/key?signature=2'
    ]);
  });

  it('takes a turn for its bytes alone', async () => {
    const seen: string[] = [];
    inTurn = async put => {
      seen.push(`begins: ${server.asked.join()}`);
      const sent = await put();
      seen.push(`ends: ${server.asked.join()}`);
      return sent;
    };
    await send();
    expect(seen).toEqual([`begins: ${SIGN}`, `ends: ${SIGN}`]);
  });

  it('is neither sent nor confirmed when it gets no turn any more', async () => {
    inTurn = () => Promise.resolve(null);
    expect(await send()).toBeNull();
    expect(XhrModel.sent).toEqual([]);
    expect(server.asked).toEqual([SIGN]);
  });

  it('is not sent when it can’t be signed', async () => {
    fault = asked =>
      asked === SIGN ? failure('credentials_expired', 403) : undefined;
    await expect(send()).rejects.toMatchObject({
      reason: 'credentials_expired'
    });
    expect(XhrModel.sent).toEqual([]);
  });

  it('ends with the request when it is stopped', async () => {
    const stop = new AbortController();
    const sending = send(new Blob(['abcd']), () => undefined, stop.signal);
    await Promise.resolve();
    stop.abort();
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.asked).not.toContain(CONFIRM);
  });
});

describe('a signature that is refused', () => {
  it('is renewed once: it may have expired on the way', async () => {
    XhrModel.store = ({ url }) =>
      url.endsWith('=1') ? refuse('AccessDenied', 403) : { status: 200 };
    await send();
    expect(server.asked).toEqual([SIGN, SIGN, CONFIRM]);
  });

  it('is not renewed a second time', async () => {
    XhrModel.store = () => refuse('AccessDenied', 403);
    await expect(send()).rejects.toMatchObject({
      status: 403,
      reason: 'access_denied',
      retryable: false
    });
    expect(server.asked).toEqual([SIGN, SIGN]);
  });
});

describe('a part that the server does not hear of', () => {
  it.each([
    ['no answer', new TransportError('No', 0, 'network')],
    ['a busy server', new TransportError('No', 423, 'locked', true)]
  ])('is only confirmed by the next attempt: %s', async (_, error) => {
    fault = asked => (asked === CONFIRM ? error : undefined);
    await expect(send()).rejects.toBe(error);
    fault = () => undefined;
    const moved: number[] = [];
    expect(await send(new Blob(['abcd']), bytes => moved.push(bytes))).toBe(
      RECEIPT
    );
    expect(XhrModel.sent).toHaveLength(1);
    expect(moved).toEqual([4]);
    expect(server.asked).toEqual([SIGN, CONFIRM, CONFIRM]);
  });

  it('is sent again when the server does not want it', async () => {
    fault = asked =>
      asked === CONFIRM ? failure('digest_missing', 400) : undefined;
    await expect(send()).rejects.toMatchObject({ reason: 'digest_missing' });
    fault = () => undefined;
    await send();
    expect(XhrModel.sent).toHaveLength(2);
  });

  it('is sent again when the store turns out not to have it', async () => {
    await send();
    // Completing told that it is missing.
    await send();
    expect(XhrModel.sent).toHaveLength(2);
  });

  it('is sent again with other bytes', async () => {
    fault = asked =>
      asked === CONFIRM ? new TransportError('No', 0, 'network') : undefined;
    await expect(send()).rejects.toMatchObject({ reason: 'network' });
    fault = () => undefined;
    await parts.send(UPLOAD, [0, 4], new Blob(['abce']), {
      digest: 'crc64nvme=:AAAAAAAAAAE=:',
      inTurn,
      onProgress: () => undefined,
      signal: LISTENING
    });
    expect(XhrModel.sent).toHaveLength(2);
  });
});

describe('a store that gives no answer', () => {
  beforeEach(() => {
    XhrModel.store = () => null;
  });

  it('is tried again later when it may only be down', async () => {
    access.answered('lab');
    result = 'unreachable';
    await expect(send()).rejects.toMatchObject({
      status: 0,
      reason: 'store_unreachable',
      message: expect.stringContaining('bucket') as string
    });
    expect(server.asked).toEqual([SIGN, PROBE]);
    expect(await access.isOpen('lab', LISTENING)).toBe(true);
  });

  it('is tried again later when it does answer others', async () => {
    await expect(send()).rejects.toMatchObject({ reason: 'store_unreachable' });
    expect(await access.isOpen('lab', LISTENING)).toBe(true);
  });

  it.each(['refused', 'unreachable'] as const)(
    'is left to the server when it is %s to this page',
    async closed => {
      result = closed;
      await expect(send()).rejects.toMatchObject({
        reason: 'rerouted',
        retryable: true
      });
      expect(await access.isOpen('lab', LISTENING)).toBe(false);
    }
  );

  it('is not suspected when it is the file that can’t be read', async () => {
    result = 'refused';
    const body = new Blob(['abcd']);
    body.slice = () =>
      ({
        arrayBuffer: () => Promise.reject(new DOMException('Gone'))
      }) as unknown as Blob;
    await expect(send(body)).rejects.toMatchObject({
      reason: 'store_unreachable'
    });
    expect(server.asked).toEqual([SIGN]);
  });
});

describe('a store that knows no such upload', () => {
  beforeEach(() => {
    XhrModel.store = () => refuse('NoSuchUpload', 404);
  });

  it('has lost it when the server still has it', async () => {
    await expect(send()).rejects.toMatchObject({ reason: 'not_found' });
    expect(server.asked).toEqual([SIGN, STATUS]);
  });

  it.each(['completing', 'done', 'failed'])(
    'says nothing new when the upload is %s: the engine looks again',
    async now => {
      state = now;
      await expect(send()).rejects.toMatchObject({
        reason: 'not_receiving',
        retryable: true
      });
    }
  );
});
