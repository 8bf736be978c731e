import { ServerConnection } from '@jupyterlab/services';
import { urlOf } from './http/server';
import type { IServer } from './http/server';

/** The server of JupyterLab's settings, asked the way that JupyterLab itself asks. */
export function labServer(settings: ServerConnection.ISettings): IServer {
  const { baseUrl, token, init } = settings;
  return {
    baseUrl,
    token,
    withCredentials: init.credentials === 'include',
    fetch: (path, init) =>
      ServerConnection.makeRequest(urlOf({ baseUrl }, path), init, settings)
  };
}
