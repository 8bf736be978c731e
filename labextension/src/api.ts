import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type {
  ByteRange,
  Digest,
  DigestAlgorithm,
  IChunkReceipt,
  ICreateRequest,
  IDigestProgress,
  ITransport,
  IUpload,
  OnConflict
} from './engine/wire';
import {
  abortError,
  networkError,
  parse,
  throwIfBad,
  timeoutError
} from './http/answers';
import { exchange } from './http/exchange';

/** Seconds that a small JSON request may take; its answer counts as lost then. */
const JSON_TIMEOUT = 30;

/** Completing pushes the whole file to the disk, which may take far longer; proxies end a request after 300 s. */
const COMPLETE_TIMEOUT = 240;

const UPLOADS = 'api/bigupload/uploads';
const DIGEST = 'api/bigupload/digest';
const CHUNKS = 'api/upload_handlers';

/** The wire of docs/wire.md: JSON over fetch, chunks over XMLHttpRequest because only that reports upload progress. */
export class ServerTransport implements ITransport {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  create(request: ICreateRequest, signal?: AbortSignal): Promise<IUpload> {
    return this.json<IUpload>('POST', UPLOADS, {
      body: request,
      signal,
      // A browser sends it again by itself when a connection breaks that was kept alive, and tells nobody.
      headers: { 'Idempotency-Key': randomKey() }
    });
  }

  status(id: string, signal?: AbortSignal): Promise<IUpload> {
    return this.json<IUpload>('GET', uploadPath(id), { signal });
  }

  async list(signal?: AbortSignal): Promise<readonly IUpload[]> {
    const { uploads } = await this.json<{
      uploads: (IUpload | Unsized)[];
    }>('GET', UPLOADS, { signal });
    // Nothing here can go on with an upload whose size nobody knows yet.
    return uploads.filter(upload => upload.size !== null);
  }

  complete(
    id: string,
    options: {
      onConflict?: OnConflict | undefined;
      composite?: string | undefined;
    },
    signal?: AbortSignal
  ): Promise<IUpload> {
    const { onConflict, composite } = options;
    return this.json<IUpload>('POST', `${uploadPath(id)}/complete`, {
      // What is undefined is left out of JSON.
      body: { on_conflict: onConflict, composite },
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
    return this.json<IDigestProgress>('GET', `${DIGEST}?${query}`, { signal });
  }

  async abort(id: string): Promise<void> {
    await this.request('DELETE', uploadPath(id), {});
  }

  async sendChunk(
    upload: IUpload,
    range: ByteRange,
    body: Blob,
    options: {
      digest: Digest | null;
      signal: AbortSignal;
      onProgress: (sent: number) => void;
    }
  ): Promise<IChunkReceipt> {
    const [start, end] = range;
    const xhr = new XMLHttpRequest();
    xhr.open('POST', this.chunkUrl(upload));
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
    return parse<IChunkReceipt>(xhr.status, xhr.responseText);
  }

  private async json<T>(
    method: string,
    path: string,
    options: IJsonOptions
  ): Promise<T> {
    const { status, text } = await this.request(method, path, options);
    return parse<T>(status, text);
  }

  /** One JSON request; an error status rejects with what its body says. */
  private async request(
    method: string,
    path: string,
    { body, headers = {}, signal, timeout = JSON_TIMEOUT }: IJsonOptions
  ): Promise<{ status: number; text: string }> {
    const timer = AbortSignal.timeout(timeout * 1000);
    const init: RequestInit = {
      method,
      headers,
      signal: signal === undefined ? timer : AbortSignal.any([signal, timer])
    };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
    }
    let status: number;
    let text: string;
    try {
      const response = await ServerConnection.makeRequest(
        URLExt.join(this.settings.baseUrl, path),
        init,
        this.settings
      );
      status = response.status;
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) {
        throw abortError();
      }
      throw timer.aborted ? timeoutError() : networkError(error);
    }
    throwIfBad(status, text);
    return { status, text };
  }

  /** `api/upload_handlers/<folder>?upload=<id>`; the folder's segments are encoded one by one. */
  private chunkUrl(upload: IUpload): string {
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

/** Sent by another client that did not say how long it is. */
type Unsized = Omit<IUpload, 'size'> & { readonly size: null };

interface IJsonOptions {
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  /** Seconds. */
  timeout?: number;
}

/** 128 bits that nobody else will come upon. */
function randomKey(): string {
  const words = crypto.getRandomValues(new Uint32Array(4));
  return [...words].map(word => word.toString(16).padStart(8, '0')).join('');
}

function uploadPath(id: string): string {
  return `${UPLOADS}/${encodeURIComponent(id)}`;
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
