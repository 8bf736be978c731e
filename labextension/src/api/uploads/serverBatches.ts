import type {
  IBatchManifest,
  IBatchReceipt,
  IExisting,
  ILookedUp,
  ITransport
} from '../../engine/wire';
import { BATCHES, EXISTING, REMOVAL, toDestination } from '../paths';
import type { IRequests } from '../requests';
import type { ServerBodies } from './serverBodies';

/** Bytes of the number before the manifest. */
const NUMBER = 4;

/** Seconds that the server may take to look at a whole tree, and to read what is compared or removed. */
const TIMEOUT = 240;

/** Many small files through the server (docs/wire.md, "Batches"). */
export class ServerBatches {
  constructor(
    private readonly requests: IRequests,
    private readonly bodies: ServerBodies
  ) {}

  send(
    destination: string,
    manifest: IBatchManifest,
    bytes: Parameters<ITransport['sendBatch']>[2],
    options: Parameters<ITransport['sendBatch']>[3]
  ): Promise<IBatchReceipt> {
    const text = new TextEncoder().encode(asJson(manifest));
    return this.bodies.post(
      toDestination(BATCHES, destination),
      {},
      framed(text, bytes),
      options
    );
  }

  async existing(
    destination: string,
    files: readonly ILookedUp[],
    signal?: AbortSignal
  ): Promise<readonly IExisting[]> {
    const { existing } = await this.requests.json<{
      readonly existing: readonly IExisting[];
    }>('POST', toDestination(EXISTING, destination), {
      body: { files },
      signal,
      timeout: TIMEOUT
    });
    return existing;
  }

  remove(
    destination: string,
    files: readonly ILookedUp[],
    folders: readonly string[],
    signal?: AbortSignal
  ): Promise<void> {
    return this.requests.send('POST', toDestination(REMOVAL, destination), {
      body: { files, folders },
      signal,
      timeout: TIMEOUT
    });
  }
}

/** The whole body: a Blob leaves the page's thread at once, where bytes in memory would be copied on it. */
function framed(
  manifest: Uint8Array<ArrayBuffer>,
  files: readonly Uint8Array<ArrayBuffer>[]
): Blob {
  const number = new DataView(new ArrayBuffer(NUMBER));
  number.setUint32(0, manifest.length);
  return new Blob([number, manifest, ...files]);
}

/** What has no digest says nothing of it. */
function asJson({ folders, files }: IBatchManifest): string {
  return JSON.stringify({
    folders,
    files: files.map(file => ({ ...file, digest: file.digest ?? undefined }))
  });
}
