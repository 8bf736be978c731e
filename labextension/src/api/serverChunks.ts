import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type {
  ByteRange,
  IChunkReceipt,
  ISendOptions,
  IUpload
} from '../engine/wire';
import { parse } from '../http/answers';
import { exchange } from '../http/exchange';

const CHUNKS = 'api/upload_handlers';

/** Chunks through the server: by XMLHttpRequest, because only that reports upload progress. */
export class ServerChunks {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async send(
    upload: IUpload,
    [start, end]: ByteRange,
    body: Blob,
    options: ISendOptions
  ): Promise<IChunkReceipt> {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', this.url(upload));
    xhr.withCredentials = this.settings.init.credentials === 'include';
    for (const [name, value] of this.credentials()) {
      xhr.setRequestHeader(name, value);
    }
    xhr.setRequestHeader('Content-Type', 'application/octet-stream');
    xhr.setRequestHeader(
      'Content-Range',
      `bytes ${start}-${end - 1}/${upload.size}`
    );
    if (options.digest !== null) {
      xhr.setRequestHeader('Content-Digest', options.digest);
    }
    await exchange(xhr, body, options);
    return parse<IChunkReceipt>(
      xhr.status,
      xhr.responseText,
      xhr.getResponseHeader('Retry-After')
    );
  }

  /** `api/upload_handlers/<folder>?upload=<id>`; the folder's segments are encoded one by one. */
  private url(upload: IUpload): string {
    const folder = upload.path.split('/').slice(0, -1).map(encodeURIComponent);
    const url = URLExt.join(this.settings.baseUrl, CHUNKS, ...folder);
    return `${url}?upload=${encodeURIComponent(upload.id)}`;
  }

  private credentials(): [name: string, value: string][] {
    const headers: [string, string][] = [];
    if (this.settings.token) {
      headers.push(['Authorization', `token ${this.settings.token}`]);
    }
    const xsrf = lastCookie('_xsrf');
    if (xsrf !== null) {
      headers.push(['X-XSRFToken', xsrf]);
    }
    return headers;
  }
}

/**
 * The value of a cookie; the last one when a hub set one for each of several paths,
 * because the server, too, takes the last.
 */
function lastCookie(name: string): string | null {
  const values = document.cookie
    .split(';')
    .map(part => part.trim())
    .filter(part => part.startsWith(`${name}=`));
  return values.at(-1)?.slice(name.length + 1) ?? null;
}
