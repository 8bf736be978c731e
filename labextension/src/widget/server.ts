import { credentials, urlOf } from '../http/server';
import type { IServer } from '../http/server';

/** As much of a document as tells where its server is. */
export interface IDocument {
  getElementById(id: string): { readonly textContent: string | null } | null;
  readonly body: { readonly dataset: DOMStringMap };
}

/**
 * The server that this page came from, by what JupyterLab, Notebook and Voilà write into their pages, or what the
 * classic Notebook does.
 *
 * @param href - of the page.
 * @returns null where the page is none of a Jupyter server.
 */
export function serverOf(document: IDocument, href: string): IServer | null {
  const config = configOf(document);
  const base = config['baseUrl'] ?? document.body.dataset['baseUrl'];
  if (typeof base !== 'string') {
    return null;
  }
  const baseUrl = new URL(base.replace(/\/?$/, '/'), href).href;
  const token = config['token'];
  const server = {
    baseUrl,
    token: typeof token === 'string' ? token : '',
    withCredentials: new URL(baseUrl).origin !== new URL(href).origin
  };
  return {
    ...server,
    fetch: async (path, init) => {
      const headers = new Headers(init.headers);
      for (const [name, value] of Object.entries(credentials(server))) {
        headers.set(name, value);
      }
      // The server asks it of every request that changes something.
      headers.set('Content-Type', 'application/json');
      const answer = await fetch(urlOf(server, path), {
        ...init,
        headers,
        cache: 'no-store',
        credentials: server.withCredentials ? 'include' : 'same-origin'
      });
      return isLedAstray(answer) ? new Response(null, { status: 404 }) : answer;
    }
  };
}

/** The command `voila` looks for whatever it does not know among files, and says that this one is forbidden. */
function isLedAstray({ redirected, url }: Response): boolean {
  return redirected && new URL(url).pathname.includes('/voila/files/');
}

function configOf(document: IDocument): Readonly<Record<string, unknown>> {
  const text = document.getElementById('jupyter-config-data')?.textContent;
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
