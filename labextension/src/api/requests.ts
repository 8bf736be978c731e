import {
  abortError,
  networkError,
  parse,
  throwIfBad,
  timeoutError
} from '../http/answers';
import type { IServer } from '../http/server';

/** Seconds that a small JSON request may take; its answer counts as lost then. */
const TIMEOUT = 30;

export type Method = 'GET' | 'HEAD' | 'POST' | 'DELETE';

export interface IRequestOptions {
  /** Sent as JSON; what is undefined in it is left out. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Seconds. */
  readonly timeout?: number;
}

/** Small requests to the Jupyter server, with JSON in both directions. An error status rejects with what its body says. */
export interface IRequests {
  json<T>(method: Method, path: string, options?: IRequestOptions): Promise<T>;
  /** The same, where the answer does not matter. */
  send(method: Method, path: string, options?: IRequestOptions): Promise<void>;
}

/** By fetch. */
export class ServerRequests implements IRequests {
  constructor(private readonly server: IServer) {}

  async json<T>(
    method: Method,
    path: string,
    options: IRequestOptions = {}
  ): Promise<T> {
    const { status, text } = await this.exchange(method, path, options);
    return parse<T>(status, text);
  }

  async send(
    method: Method,
    path: string,
    options: IRequestOptions = {}
  ): Promise<void> {
    await this.exchange(method, path, options);
  }

  private async exchange(
    method: Method,
    path: string,
    { body, headers = {}, signal, timeout = TIMEOUT }: IRequestOptions
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
    let retryAfter: string | null;
    try {
      const response = await this.server.fetch(path, init);
      status = response.status;
      retryAfter = response.headers.get('Retry-After');
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) {
        throw abortError();
      }
      throw timer.aborted ? timeoutError() : networkError(error);
    }
    throwIfBad(status, text, retryAfter);
    return { status, text };
  }
}
