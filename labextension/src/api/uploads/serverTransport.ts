import type {
  ByteRange,
  DigestAlgorithm,
  IBatchReceipt,
  IChunkReceipt,
  ICompleteOptions,
  ICreateRequest,
  IDigestProgress,
  IExisting,
  ILookedUp,
  ISendOptions,
  ISendPartOptions,
  ITransport,
  IUpload
} from '../../engine/wire';
import type { IDirectFiles } from '../../engine/directFiles';
import type { DirectParts } from '../stores/directParts';
import { DIGEST, UPLOADS, uploadPath } from '../paths';
import type { IRequests } from '../requests';
import type { StoreAccess } from '../stores/storeAccess';
import type { ServerBatches } from './serverBatches';
import type { ServerChunks } from './serverChunks';

/** Completing pushes the whole file to the disk, or has a bucket put it together, which may take minutes; proxies end a request after 300 s. */
const COMPLETE_TIMEOUT = 240;

/** Uploads on a page of the list: the most that the server gives. */
const PAGE = '1000';

/** The wire of docs/wire.md. */
export class ServerTransport implements ITransport {
  constructor(
    private readonly requests: IRequests,
    private readonly chunks: ServerChunks,
    private readonly batches: ServerBatches,
    private readonly parts: DirectParts,
    readonly directFiles: IDirectFiles,
    private readonly access: StoreAccess
  ) {}

  create(request: ICreateRequest, idempotencyKey: string): Promise<IUpload> {
    return this.requests.json<IUpload>('POST', UPLOADS, {
      body: request,
      headers: { 'Idempotency-Key': idempotencyKey }
    });
  }

  status(id: string, signal?: AbortSignal): Promise<IUpload> {
    return this.requests.json<IUpload>('GET', uploadPath(id), { signal });
  }

  async list(signal?: AbortSignal): Promise<readonly IUpload[]> {
    const found: IUpload[] = [];
    const query = new URLSearchParams({ limit: PAGE });
    for (;;) {
      const { uploads, next } = await this.requests.json<IPage>(
        'GET',
        `${UPLOADS}?${query}`,
        { signal }
      );
      // Nothing here can go on with an upload whose size nobody knows yet.
      found.push(...uploads.filter(isSized));
      if (next === null) {
        return found;
      }
      query.set('after', next);
    }
  }

  complete(
    id: string,
    { onConflict, composite, digests }: ICompleteOptions,
    signal?: AbortSignal
  ): Promise<IUpload> {
    return this.requests.json<IUpload>('POST', `${uploadPath(id)}/complete`, {
      body: { on_conflict: onConflict, composite, digests },
      signal,
      timeout: COMPLETE_TIMEOUT
    });
  }

  digest(
    path: string,
    algorithm: DigestAlgorithm,
    destination: string,
    signal?: AbortSignal
  ): Promise<IDigestProgress> {
    const query = new URLSearchParams({ path, algorithm, destination });
    return this.requests.json<IDigestProgress>('GET', `${DIGEST}?${query}`, {
      signal
    });
  }

  abort(id: string): Promise<void> {
    return this.requests.send('DELETE', uploadPath(id));
  }

  sendChunk(
    upload: IUpload,
    range: ByteRange,
    body: Blob,
    options: ISendOptions
  ): Promise<IChunkReceipt> {
    return this.chunks.send(upload, range, body, options);
  }

  sendBatch(
    ...[destination, manifest, bytes, options]: Parameters<
      ITransport['sendBatch']
    >
  ): Promise<IBatchReceipt> {
    return this.batches.send(destination, manifest, bytes, options);
  }

  existing(
    destination: string,
    files: readonly ILookedUp[],
    signal?: AbortSignal
  ): Promise<readonly IExisting[]> {
    return this.batches.existing(destination, files, signal);
  }

  remove(
    destination: string,
    files: readonly ILookedUp[],
    folders: readonly string[],
    signal?: AbortSignal
  ): Promise<void> {
    return this.batches.remove(destination, files, folders, signal);
  }

  async takesParts(
    { destination, digest, direct }: IUpload,
    signal: AbortSignal
  ): Promise<boolean> {
    // The store takes no part whose digest it can't verify.
    return direct && digest !== null && this.access.isOpen(destination, signal);
  }

  sendPart(
    upload: IUpload,
    range: ByteRange,
    body: Blob,
    options: ISendPartOptions
  ): Promise<IChunkReceipt | null> {
    return this.parts.send(upload, range, body, options);
  }
}

interface IPage {
  readonly uploads: readonly (IUpload | Unsized)[];
  /** What to ask for as `after`; null on the last page. */
  readonly next: string | null;
}

function isSized(upload: IUpload | Unsized): upload is IUpload {
  return upload.size !== null;
}

/** Sent by another client that did not say how long it is. */
type Unsized = Omit<IUpload, 'size'> & { readonly size: null };
