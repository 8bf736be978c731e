import type { IDownloads, ISelection } from '../downloads';
import { TransportError } from '../engine/wire';
import { urlOf } from '../http/server';
import type { IServer } from '../http/server';
import { DOWNLOAD } from './paths';
import type { IRequests } from './requests';

/** Characters of an address that every server and proxy on the way takes. */
const LONGEST = 2000;

/** Seconds: before it answers, the server has looked at every file of a folder. */
const LOOK = 600;

/** The wire of docs/wire.md, "Downloads". */
export class ServerDownloads implements IDownloads {
  /** @param origin - of this page. */
  constructor(
    private readonly requests: IRequests,
    private readonly server: Pick<IServer, 'baseUrl' | 'token'>,
    private readonly origin: string
  ) {}

  async prepare(selection: ISelection): Promise<string> {
    const query = await this.queryOf(selection);
    await this.look(`${DOWNLOAD}?${query}`);
    const { baseUrl, token } = this.server;
    // From another origin the browser may send no cookie.
    if (token !== '' && new URL(baseUrl, this.origin).origin !== this.origin) {
      query.set('token', token);
    }
    return `${urlOf(this.server, DOWNLOAD)}?${query}`;
  }

  /** What was chosen, or, where that is too long for an address, the name under which the server keeps it. */
  private async queryOf({
    destination,
    paths
  }: ISelection): Promise<URLSearchParams> {
    const query = new URLSearchParams({ destination });
    paths.forEach(path => query.append('path', path));
    if (`${query}`.length <= LONGEST) {
      return query;
    }
    const { url } = await this.requests.json<{ readonly url: string }>(
      'POST',
      DOWNLOAD,
      { body: { destination, paths } }
    );
    return new URL(url, this.origin).searchParams;
  }

  private async look(path: string): Promise<void> {
    try {
      await this.requests.send('HEAD', path, { timeout: LOOK });
    } catch (error) {
      if (error instanceof TransportError && error.status >= 400) {
        // The answer to a HEAD has no body that says why.
        await this.requests.send('GET', path, {
          headers: { Range: 'bytes=0-0' },
          timeout: LOOK
        });
      }
      throw error;
    }
  }
}
