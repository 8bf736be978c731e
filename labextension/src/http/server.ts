/** The Jupyter server, as those know it who send it something. */
export interface IServer {
  /** With a `/` at its end. */
  readonly baseUrl: string;
  /** '' where the browser's cookie says who asks. */
  readonly token: string;
  /** Whether cookies go along to another origin. */
  readonly withCredentials: boolean;
  /**
   * `fetch` with what the server wants to see of who asks.
   *
   * @param path - from the base URL, encoded, with its query.
   */
  fetch(path: string, init: RequestInit): Promise<Response>;
}

/** @param path - from the base URL, encoded, with its query. */
export function urlOf({ baseUrl }: { baseUrl: string }, path: string): string {
  return `${baseUrl.replace(/\/$/, '')}/${path}`;
}

/** The headers by which a page without a login of its own shows that it may ask. */
export function credentials({
  token
}: Pick<IServer, 'token'>): Record<string, string> {
  const xsrf = lastCookie('_xsrf');
  return {
    ...(token && { Authorization: `token ${token}` }),
    ...(xsrf !== null && { 'X-XSRFToken': xsrf })
  };
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
