import { parse } from '../../http/answers';
import { exchange } from '../../http/exchange';
import { credentials, urlOf } from '../../http/server';
import type { IServer } from '../../http/server';

/** Bytes to the server: by XMLHttpRequest, because only that reports upload progress. */
export class ServerBodies {
  constructor(private readonly server: IServer) {}

  /** @param path - from the server's base URL, encoded, with its query. */
  async post<T>(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Blob,
    options: Parameters<typeof exchange>[2]
  ): Promise<T> {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', urlOf(this.server, path));
    xhr.withCredentials = this.server.withCredentials;
    xhr.setRequestHeader('Content-Type', 'application/octet-stream');
    for (const [name, value] of Object.entries({
      ...credentials(this.server),
      ...headers
    })) {
      xhr.setRequestHeader(name, value);
    }
    await exchange(xhr, body, options);
    return parse<T>(
      xhr.status,
      xhr.responseText,
      xhr.getResponseHeader('Retry-After')
    );
  }
}
