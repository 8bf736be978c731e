import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { TransportError } from './engine/wire';
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
    return this.json<IUpload>('POST', UPLOADS, { body: request, signal });
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
    signal?: AbortSignal
  ): Promise<IDigestProgress> {
    const query = new URLSearchParams({ path, algorithm });
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
    xhr.upload.onprogress = event => options.onProgress(event.loaded);
    await exchange(xhr, body, options.signal);
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
    { body, signal, timeout = JSON_TIMEOUT }: IJsonOptions
  ): Promise<{ status: number; text: string }> {
    const timer = AbortSignal.timeout(timeout * 1000);
    const init: RequestInit = {
      method,
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
      throw timer.aborted
        ? new TransportError('The server did not answer in time.', 0, 'timeout')
        : networkError(error);
    }
    if (status >= 400) {
      throw failure(status, text);
    }
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
  signal?: AbortSignal | undefined;
  /** Seconds. */
  timeout?: number;
}

/** Send and wait for the whole answer. */
function exchange(
  xhr: XMLHttpRequest,
  body: Blob,
  signal: AbortSignal
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError());
      return;
    }
    const cancel = () => xhr.abort();
    signal.addEventListener('abort', cancel);
    xhr.onload = () => resolve();
    xhr.onerror = () => reject(networkError());
    xhr.onabort = () => reject(abortError());
    xhr.onloadend = () => signal.removeEventListener('abort', cancel);
    xhr.send(body);
  });
}

function uploadPath(id: string): string {
  return `${UPLOADS}/${encodeURIComponent(id)}`;
}

/** The JSON of a good answer; throws what a bad one says. */
function parse<T>(status: number, text: string): T {
  if (status >= 200 && status < 300) {
    try {
      return JSON.parse(text) as T;
    } catch {
      // A login page or a proxy's page in place of the answer.
    }
  }
  throw failure(status, text);
}

/** The error that the server's JSON describes, or one that says only the status when a proxy answered in its place. */
function failure(status: number, text: string): TransportError {
  const fields = errorFields(text);
  if (fields === null) {
    return new TransportError(
      `The server answered with status ${status}.`,
      status,
      'http'
    );
  }
  const { message, reason, retryable, ...details } = fields;
  return new TransportError(
    typeof message === 'string' ? message : `Status ${status}`,
    status,
    typeof reason === 'string' ? reason : 'http',
    typeof retryable === 'boolean' ? retryable : undefined,
    details
  );
}

function errorFields(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function networkError(cause?: unknown): TransportError {
  const error = new TransportError(
    'The server can’t be reached.',
    0,
    'network'
  );
  error.cause = cause;
  return error;
}

function abortError(): DOMException {
  return new DOMException('The request was aborted.', 'AbortError');
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
