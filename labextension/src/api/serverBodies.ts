import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { parse } from '../http/answers';
import { exchange } from '../http/exchange';

/** Bytes to the server: by XMLHttpRequest, because only that reports upload progress. */
export class ServerBodies {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** @param path - from the server's base URL, encoded, with its query. */
  async post<T>(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Blob,
    options: Parameters<typeof exchange>[2]
  ): Promise<T> {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', URLExt.join(this.settings.baseUrl, path));
    xhr.withCredentials = this.settings.init.credentials === 'include';
    xhr.setRequestHeader('Content-Type', 'application/octet-stream');
    for (const [name, value] of [
      ...this.credentials(),
      ...Object.entries(headers)
    ]) {
      xhr.setRequestHeader(name, value);
    }
    await exchange(xhr, body, options);
    return parse<T>(
      xhr.status,
      xhr.responseText,
      xhr.getResponseHeader('Retry-After')
    );
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
