import { TransportError } from '../../src/engine/wire';
import type {
  ByteRange,
  IChunkReceipt,
  ICreateRequest,
  ITransport,
  IUpload,
  OnConflict
} from '../../src/engine/wire';
import { byteCount, firstGap, normalise } from '../../src/engine/ranges';
import { MemoryBlob } from './memorySource';

export type Verb =
  'create' | 'status' | 'list' | 'sendChunk' | 'complete' | 'abort';

export interface ICall {
  readonly verb: Verb;
  /** Counts the calls of this verb from 1. */
  readonly nth: number;
  readonly range?: ByteRange;
}

/** What goes wrong with a call: before the server sees it, or with the answer to what it has done. */
export interface IFault {
  readonly when: 'before' | 'after';
  readonly error: TransportError;
}

interface IPartial {
  upload: IUpload;
  bytes: Uint8Array;
  /** What some page has been told is there. */
  acknowledged: readonly ByteRange[];
}

export function networkError(): TransportError {
  return new TransportError('No way to the server', 0, 'network');
}

/** A server of docs/wire.md in memory: it keeps ranges and files, and everything that can go wrong can be made to. */
export class ServerModel {
  readonly files = new Map<string, Uint8Array>();
  readonly partials = new Map<string, IPartial>();
  readonly finished = new Map<string, IUpload>();
  readonly calls: ICall[] = [];
  /** Ranges that were sent although this server had acknowledged some of their bytes. */
  readonly resent: ByteRange[] = [];
  /** Most chunks in flight at once, over all uploads and of one. */
  mostChunks = 0;
  mostChunksOfOne = 0;

  chunkSize = 1_000;
  parallel = 3;
  /** Milliseconds to the server, and back. */
  latency = 5;
  /** Bytes a millisecond. */
  bandwidth = 100;
  down = false;
  fault: (call: ICall) => IFault | undefined = () => undefined;

  private ids = 0;
  private readonly inFlight = new Map<string, number>();

  /** How often a verb was called. */
  count(verb: Verb): number {
    return this.calls.filter(call => call.verb === verb).length;
  }

  /** Whether a file is there with exactly these bytes. */
  holds(path: string, content: Uint8Array): boolean {
    const file = this.files.get(path);
    return (
      file?.length === content.length &&
      content.every((byte, index) => byte === file[index])
    );
  }

  /** Something on the server changed by other hands. */
  forget(id: string): void {
    this.partials.delete(id);
    this.finished.delete(id);
  }

  /** The way of one page to this server; `close` cuts it as closing the tab does. */
  connect(): ITransport & { close(): void } {
    const tab = new AbortController();
    return {
      create: (request, signal) =>
        this.call({ verb: 'create' }, [tab.signal, signal], () =>
          this.create(request)
        ),
      status: (id, signal) =>
        this.call({ verb: 'status' }, [tab.signal, signal], () =>
          this.find(id)
        ),
      list: signal =>
        this.call({ verb: 'list' }, [tab.signal, signal], () =>
          [...this.partials.values()].map(({ upload }) => upload)
        ),
      complete: (id, { onConflict }, signal) =>
        this.call({ verb: 'complete' }, [tab.signal, signal], () =>
          this.complete(id, onConflict)
        ),
      digest: () =>
        Promise.reject(new TransportError('No digests', 501, 'unsupported')),
      abort: id =>
        this.call({ verb: 'abort' }, [tab.signal], () => {
          if (!this.partials.delete(id)) {
            throw new TransportError('No such upload', 404, 'not_found', false);
          }
        }),
      sendChunk: (upload, range, body, { signal, onProgress }) =>
        this.sendChunk(upload, range, body, [tab.signal, signal], onProgress),
      close: () => tab.abort()
    };
  }

  private async call<T>(
    what: { verb: Verb; range?: ByteRange },
    signals: readonly (AbortSignal | undefined)[],
    work: () => T,
    transmit: (signal: AbortSignal) => Promise<void> = async () => {}
  ): Promise<T> {
    const signal = AbortSignal.any(
      signals.filter(candidate => candidate !== undefined)
    );
    const call: ICall = { ...what, nth: this.count(what.verb) + 1 };
    this.calls.push(call);
    const fault = this.fault(call);
    await this.travel(signal);
    if (fault?.when === 'before') {
      throw fault.error;
    }
    await transmit(signal);
    if (this.down) {
      throw networkError();
    }
    const answer = work();
    await this.travel(signal);
    if (fault !== undefined) {
      throw fault.error;
    }
    return answer;
  }

  private async travel(signal: AbortSignal): Promise<void> {
    await pass(this.latency, signal);
    if (this.down) {
      throw networkError();
    }
  }

  private create(request: ICreateRequest): IUpload {
    if (request.on_conflict === 'fail' && this.files.has(request.path)) {
      throw new TransportError('The name is taken', 409, 'exists', false);
    }
    this.ids += 1;
    const time = new Date().toISOString();
    const { path, size, last_modified, on_conflict } = request;
    const upload: IUpload = {
      path,
      size,
      last_modified,
      on_conflict,
      digest: null,
      id: `upload-${this.ids}`,
      destination: 'home',
      name: request.path.split('/').at(-1) ?? '',
      state: 'receiving',
      chunk_size: this.chunkSize,
      parallel: this.parallel,
      received: [],
      received_bytes: 0,
      created: time,
      updated: time,
      expires: null,
      error: null
    };
    this.partials.set(upload.id, {
      upload,
      bytes: new Uint8Array(request.size),
      acknowledged: []
    });
    return upload;
  }

  private find(id: string): IUpload {
    const upload = this.partials.get(id)?.upload ?? this.finished.get(id);
    if (upload === undefined) {
      throw new TransportError('No such upload', 404, 'not_found', false);
    }
    return upload;
  }

  private async sendChunk(
    { id }: IUpload,
    range: ByteRange,
    body: Blob,
    signals: readonly AbortSignal[],
    onProgress: (sent: number) => void
  ): Promise<IChunkReceipt> {
    const [start, end] = range;
    const known = this.partials.get(id)?.acknowledged ?? [];
    const both = byteCount(known) + (end - start);
    if (byteCount(normalise([...known, range])) < both) {
      this.resent.push(range);
    }
    this.inFlight.set(id, (this.inFlight.get(id) ?? 0) + 1);
    this.mostChunksOfOne = Math.max(
      this.mostChunksOfOne,
      ...this.inFlight.values()
    );
    this.mostChunks = Math.max(
      this.mostChunks,
      [...this.inFlight.values()].reduce((sum, count) => sum + count, 0)
    );
    try {
      const receipt = await this.call(
        { verb: 'sendChunk', range },
        signals,
        () => this.write(id, range, body),
        async signal => {
          for (const part of [0.25, 0.5, 0.75, 1]) {
            await pass((end - start) / 4 / this.bandwidth, signal);
            if (!(body instanceof MemoryBlob) || !body.readable) {
              throw networkError();
            }
            onProgress(Math.round(part * (end - start)));
          }
        }
      );
      const partial = this.partials.get(id);
      if (partial !== undefined) {
        partial.acknowledged = normalise([
          ...partial.acknowledged,
          ...receipt.received
        ]);
      }
      return receipt;
    } finally {
      this.inFlight.set(id, (this.inFlight.get(id) ?? 0) - 1);
    }
  }

  private write(id: string, range: ByteRange, body: Blob): IChunkReceipt {
    const upload = this.find(id);
    const partial = this.partials.get(id);
    if (partial === undefined || upload.state !== 'receiving') {
      throw new TransportError('Not receiving', 409, 'not_receiving', true);
    }
    partial.bytes.set((body as MemoryBlob).bytesNow, range[0]);
    const received = normalise([...upload.received, range]);
    partial.upload = {
      ...upload,
      received,
      received_bytes: byteCount(received),
      updated: new Date().toISOString()
    };
    return { received, received_bytes: partial.upload.received_bytes };
  }

  private complete(id: string, onConflict?: OnConflict): IUpload {
    const upload = this.find(id);
    const partial = this.partials.get(id);
    if (partial === undefined) {
      return upload;
    }
    const missing = firstGap(upload.received, upload.size);
    if (missing !== null) {
      throw new TransportError('Incomplete', 409, 'incomplete', true, {
        missing: [missing]
      });
    }
    let path = upload.path;
    if (this.files.has(path)) {
      switch (onConflict ?? upload.on_conflict) {
        case 'fail':
          throw new TransportError('The name is taken', 409, 'exists', false);
        case 'rename':
          path = path.replace(/(\.[^./]*)?$/, ' (1)$1');
          break;
        case 'replace':
          break;
      }
    }
    const done: IUpload = {
      ...upload,
      path,
      name: path.split('/').at(-1) ?? '',
      state: 'done'
    };
    this.files.set(path, partial.bytes);
    this.partials.delete(id);
    this.finished.set(id, done);
    return done;
  }
}

/** Wait; rejects as a browser does when the request is aborted meanwhile. */
function pass(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(new DOMException('Aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort, { once: true });
  });
}
