import type {
  ByteRange,
  IChunkReceipt,
  ISendOptions,
  IUpload
} from '../../engine/wire';
import type { ServerBodies } from './serverBodies';

const CHUNKS = 'api/upload_handlers';

/** Chunks of one file through the server. */
export class ServerChunks {
  constructor(private readonly bodies: ServerBodies) {}

  send(
    upload: IUpload,
    [start, end]: ByteRange,
    body: Blob,
    options: ISendOptions
  ): Promise<IChunkReceipt> {
    const headers: Record<string, string> = {
      'Content-Range': `bytes ${start}-${end - 1}/${upload.size}`
    };
    if (options.digest !== null) {
      headers['Content-Digest'] = options.digest;
    }
    return this.bodies.post(path(upload), headers, body, options);
  }
}

/** `api/upload_handlers/<folder>?upload=<id>`; the folder's segments are encoded one by one. */
function path(upload: IUpload): string {
  const folder = upload.path.split('/').slice(0, -1).map(encodeURIComponent);
  const query = `upload=${encodeURIComponent(upload.id)}`;
  return `${[CHUNKS, ...folder].join('/')}?${query}`;
}
