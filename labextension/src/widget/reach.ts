import type { IRequests } from '../api/requests';
import { DESTINATIONS } from '../api/paths';
import { TransportError } from '../engine/wire';
import { english } from './english';

const { trans } = english;

/** A place that the server knows. */
export interface IDestinationFacts {
  readonly name: string;
  readonly title: string;
  /** Null on the server's own disk. */
  readonly url: string | null;
}

/** Whether files can be uploaded from here: the places, or what a person can do about it. */
export type Reach =
  | {
      readonly state: 'open';
      readonly destinations: readonly IDestinationFacts[];
    }
  | { readonly state: 'closed'; readonly problem: string };

export const NO_SERVER: Reach = {
  state: 'closed',
  problem: trans.__(
    'This page does not come from a Jupyter server, so there is nowhere to upload to. Open the notebook in JupyterLab, Notebook or Voilà.'
  )
};

/** Ask the server for its places. Never rejects. */
export async function reach(requests: IRequests): Promise<Reach> {
  try {
    const { destinations } = await requests.json<{
      readonly destinations: readonly IDestinationFacts[];
    }>('GET', DESTINATIONS);
    return { state: 'open', destinations };
  } catch (error) {
    return { state: 'closed', problem: problemOf(error) };
  }
}

function problemOf(error: unknown): string {
  const { status, reason } =
    error instanceof TransportError ? error : { status: 0, reason: '' };
  if (reason === 'unauthorized' || status === 403) {
    return trans.__(
      'The server does not know you: log in to it, or reload the page.'
    );
  }
  if (status === 404 || status === 405) {
    return trans.__(
      'The server of this page takes no uploads: jupyter_bigupload is not enabled on it. Install it where the server runs, then restart the server. Voilà can’t do it on its own: run it in a Jupyter server, at /voila/render/….'
    );
  }
  return trans.__('The server cannot be reached.');
}
