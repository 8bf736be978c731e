import { TransportError } from '../../src/engine/wire';
import type {
  ByteRange,
  DigestAlgorithm,
  IChunkReceipt,
  ICompleteOptions,
  ICreateRequest,
  IDigestProgress,
  ISendOptions,
  ITransport,
  IUpload
} from '../../src/engine/wire';
import { byteCount, normalise } from '../../src/engine/sending/ranges';
import { BatchesModel, keyOf } from './batchesModel';
import { digestOf } from './digests';
import { DirectFilesModel } from './directFilesModel';
import { baseName, PartialModel } from './partialModel';
import { pass } from './pass';
import { TrafficModel } from './trafficModel';

export { keyOf } from './batchesModel';
export { networkError } from './trafficModel';
export type { ICall, IFault, Verb } from './trafficModel';

/** A server of docs/wire.md in memory: it keeps ranges and files, and everything that can go wrong can be made to. */
export class ServerModel extends TrafficModel {
  /** By their paths; those of other destinations than home by `<destination>:<path>`. */
  readonly files = new Map<string, Uint8Array>();
  readonly partials = new Map<string, PartialModel>();
  readonly finished = new Map<string, IUpload>();
  /** Algorithms of the digests that pages asked for. */
  readonly digested: DigestAlgorithm[] = [];
  /** What pages said of whole files, as they completed them. */
  readonly composites: (string | undefined)[] = [];
  /** Ranges that were sent although this server had acknowledged some of their bytes. */
  readonly resent: ByteRange[] = [];

  /** How many uploads were created. */
  created = 0;
  /** Their ids, by the `Idempotency-Key`s that pages sent. */
  readonly idsByKey = new Map<string, string>();

  chunkSize = 1_000;
  /** Bytes after which a longer body is kept; null where none may be longer than a chunk. */
  blockSize: number | null = null;
  /** Bytes of a part of its store. */
  partSize: number | null = null;
  /** Whether whole parts may go straight to the store, and whether the store lets pages do that. */
  direct = false;
  open = true;
  parallel = 3;
  /** Whether the folder of all uploads has another name now. */
  folderAway = false;
  /** Further fields of the error that says that a name is taken. */
  existsDetails: Readonly<Record<string, unknown>> = {};
  /** Milliseconds that the digest of a file takes. */
  digestTime = 0;

  /** What many files in one request do to it. */
  readonly batches = new BatchesModel(this.files, call => this.damage(call));

  /** What small files do that go past it. */
  readonly directFiles = new DirectFilesModel(this.files);
  private readonly digestsFrom = new Map<string, number>();

  /** Whether a file is there with exactly these bytes. */
  holds(path: string, content: Uint8Array): boolean {
    const file = this.files.get(path);
    return (
      file?.length === content.length &&
      content.every((byte, index) => byte === file[index])
    );
  }

  /** The machine loses its power, and everything is read back when it is on again. */
  restartMachine(milliseconds: number): void {
    for (const partial of this.partials.values()) {
      partial.readBack(milliseconds);
    }
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
      create: (request, idempotencyKey) =>
        this.call({ verb: 'create' }, [tab.signal], () =>
          this.create(request, idempotencyKey)
        ),
      status: (id, signal) =>
        this.call({ verb: 'status' }, [tab.signal, signal], () =>
          this.look(id)
        ),
      list: signal =>
        this.call({ verb: 'list' }, [tab.signal, signal], () =>
          [...this.partials.values()].map(({ listed }) => listed)
        ),
      complete: (id, options, signal) =>
        this.call({ verb: 'complete' }, [tab.signal, signal], () =>
          this.complete(id, options)
        ),
      digest: (path, algorithm, destination, signal) =>
        this.call({ verb: 'digest' }, [tab.signal, signal], () =>
          this.digest(destination, path, algorithm)
        ),
      abort: id =>
        this.call({ verb: 'abort' }, [tab.signal], () => {
          if (!this.partials.delete(id)) {
            throw new TransportError('No such upload', 404, 'not_found', false);
          }
        }),
      sendChunk: (upload, range, body, options) =>
        this.send('sendChunk', upload, range, body, tab.signal, options),
      takesParts: ({ direct }) => Promise.resolve(direct && this.open),
      sendPart: (upload, range, body, options) =>
        options.inTurn(() =>
          this.send('sendPart', upload, range, body, tab.signal, options)
        ),
      sendBatch: (destination, manifest, bytes, { signal, onProgress }) =>
        this.call(
          { verb: 'sendBatch' },
          [tab.signal, signal],
          call => this.batches.store(call, destination, manifest, bytes),
          async both => {
            const size = bytes.reduce((sum, { length }) => sum + length, 0);
            for (const part of [0.5, 1]) {
              await pass(size / 2 / this.bandwidth, both);
              onProgress(Math.round(part * size));
            }
          }
        ),
      directFiles: {
        digest: () => Promise.resolve(this.directFiles.digest),
        isOpen: () => Promise.resolve(this.directFiles.open),
        sign: (_destination, files, signal) =>
          this.call({ verb: 'signFiles' }, [tab.signal, signal], () =>
            this.directFiles.sign(files)
          ),
        put: (destination, { id }, bytes, { signal, onProgress }) =>
          this.call(
            { verb: 'putFile' },
            [tab.signal, signal],
            call => {
              const damaged = bytes.map((byte, at) => (at ? byte : byte ^ 1));
              const came = this.damage(call) ? damaged : bytes;
              this.directFiles.take(destination, id, came);
            },
            async both => {
              await pass(bytes.length / this.bandwidth, both);
              onProgress(bytes.length);
            }
          ),
        confirm: (destination, files, signal) =>
          this.call({ verb: 'confirmFiles' }, [tab.signal, signal], () =>
            this.directFiles.confirm(destination, files)
          )
      },
      existing: (destination, files, signal) =>
        this.call({ verb: 'existing' }, [tab.signal, signal], () =>
          this.batches.existing(destination, files)
        ),
      remove: (destination, files, _folders, signal) =>
        this.call({ verb: 'remove' }, [tab.signal, signal], () =>
          this.batches.remove(destination, files)
        ),
      close: () => tab.abort()
    };
  }

  private create(request: ICreateRequest, key: string): IUpload {
    const { destination, on_conflict, path } = request;
    const created = this.idsByKey.get(key);
    if (
      created !== undefined &&
      (this.partials.has(created) || this.finished.has(created))
    ) {
      return this.look(created);
    }
    const there = this.files.get(keyOf(destination, path));
    if (on_conflict === 'fail' && there !== undefined) {
      throw this.nameTaken(path, there);
    }
    this.created += 1;
    const id = `upload-${this.created}`;
    this.idsByKey.set(key, id);
    const { blockSize: block_size, chunkSize: chunk_size, parallel } = this;
    const partial = new PartialModel(id, request, {
      chunk_size,
      block_size,
      parallel,
      part_size: this.partSize,
      direct: this.direct
    });
    this.partials.set(id, partial);
    return partial.whole;
  }

  private look(id: string): IUpload {
    const finished = this.finished.get(id);
    if (finished !== undefined) {
      return finished;
    }
    const partial = this.reach(id);
    return partial.whole;
  }

  /** The upload whose bytes can be had now. */
  private reach(id: string): PartialModel {
    const partial = this.find(id);
    if (this.folderAway) {
      throw new TransportError('Renamed', 503, 'folder_unavailable', true);
    }
    partial.mustBeChecked();
    return partial;
  }

  private find(id: string): PartialModel {
    const partial = this.partials.get(id);
    if (partial === undefined) {
      throw new TransportError('No such upload', 404, 'not_found', false);
    }
    return partial;
  }

  private async send(
    verb: 'sendChunk' | 'sendPart',
    { id }: IUpload,
    range: ByteRange,
    body: Blob,
    tab: AbortSignal,
    options: ISendOptions
  ): Promise<IChunkReceipt> {
    const { digest, signal, onProgress } = options;
    const [start, end] = range;
    const known = this.partials.get(id)?.acknowledged ?? [];
    const both = byteCount(known) + (end - start);
    if (byteCount(normalise([...known, range])) < both) {
      this.resent.push(range);
    }
    let came = 0;
    const receipt = await this.callWithBody(
      { id, verb, range },
      body,
      [tab, signal],
      sent => {
        came = sent;
        onProgress(sent);
      },
      call => {
        came = 0;
        if (verb === 'sendPart' && !this.open) {
          throw new TransportError('No way there', 0, 'rerouted', true);
        }
        const partial = this.reach(id);
        return partial.write(range, this.arrived(call, body), digest);
      }
    ).catch((error: unknown) => {
      if (came > 0) {
        this.partials.get(id)?.breakOff(range, body, came, digest);
      }
      throw error;
    });
    const partial = this.partials.get(id);
    if (partial !== undefined) {
      partial.acknowledged = normalise([
        ...partial.acknowledged,
        ...receipt.received
      ]);
    }
    return receipt;
  }

  private complete(
    id: string,
    { onConflict, composite, digests }: ICompleteOptions
  ): IUpload {
    const finished = this.finished.get(id);
    if (finished !== undefined) {
      return finished;
    }
    const partial = this.reach(id);
    this.composites.push(composite);
    partial.mustBeWhole(composite, digests);
    const { listed: upload } = partial;
    const { destination } = upload;
    let { path } = upload;
    const there = this.files.get(keyOf(destination, path));
    if (there !== undefined) {
      switch (onConflict ?? upload.on_conflict) {
        case 'fail':
          throw this.nameTaken(path, there);
        case 'rename':
          path = path.replace(/(\.[^./]*)?$/, ' (1)$1');
          break;
        case 'replace':
          break;
      }
    }
    const name = baseName(path);
    const done: IUpload = { ...upload, path, name, state: 'done' };
    this.files.set(keyOf(destination, path), partial.bytes);
    this.partials.delete(id);
    this.finished.set(id, done);
    return done;
  }

  private nameTaken(path: string, there: Uint8Array): TransportError {
    return new TransportError('The name is taken', 409, 'exists', false, {
      path,
      size: there.length,
      ...this.existsDetails
    });
  }

  private digest(
    destination: string,
    path: string,
    algorithm: DigestAlgorithm
  ): IDigestProgress {
    this.digested.push(algorithm);
    const file = this.files.get(keyOf(destination, path));
    if (file === undefined) {
      throw new TransportError('No such file', 404, 'not_found', false);
    }
    const began = this.digestsFrom.get(path) ?? Date.now();
    this.digestsFrom.set(path, began);
    const size = file.length;
    return Date.now() - began < this.digestTime
      ? { checked: Math.floor(size / 2), size }
      : { digest: digestOf(algorithm, file), size };
  }
}
