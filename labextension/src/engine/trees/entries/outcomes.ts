import { isCorrupted } from '../../errors';
import { TransportError } from '../../wire';
import type { IBatchOutcome, IErrorFields } from '../../wire';
import { pathIn } from '../place';
import type { ITreePlace } from '../place';
import type { Arrival, Entries } from './entries';
import type { Entry } from './entry';

/** How often one file is sent that comes damaged, or that the server has no room for at the moment. */
const ATTEMPTS = 4;

/**
 * Note what became of a file that was sent in a batch.
 *
 * @param outcome - what the server says; undefined where it says nothing of this file.
 * @returns why the file has to come again; null when it need not.
 */
export function settle(
  entries: Entries,
  place: ITreePlace,
  entry: Entry,
  outcome: IBatchOutcome | undefined
): IErrorFields | null {
  if (outcome?.state === 'done') {
    entries.move(entry, arrivalOf(entry, place, outcome));
    return null;
  }
  const error = outcome?.error ?? {
    reason: 'http',
    message: 'No answer for this file.'
  };
  if (error.reason === 'exists' && entry.onConflict === 'fail') {
    entry.existing = { kind: 'file', size: error.size ?? null };
    entries.move(entry, 'conflict', error);
  } else if (error.reason === 'hidden') {
    entries.move(entry, 'left-out', error);
  } else if (mayPass(error) && (entry.refusals += 1) < ATTEMPTS) {
    entries.move(entry, 'queued');
    return error;
  } else {
    entries.move(entry, 'failed', error);
  }
  return null;
}

function arrivalOf(
  entry: Entry,
  { folder }: ITreePlace,
  { identical, path }: Extract<IBatchOutcome, { state: 'done' }>
): Arrival {
  if (identical === true) {
    return entry.mayHaveArrived ? 'new' : 'identical';
  }
  if (path !== pathIn(folder, entry.path)) {
    return 'renamed';
  }
  return entry.onConflict === 'replace' && entry.existing !== null
    ? 'replaced'
    : 'new';
}

/** Whether the same file may be taken when it comes again. */
function mayPass({ reason, retryable, message }: IErrorFields): boolean {
  return (
    retryable === true || isCorrupted(new TransportError(message, 200, reason))
  );
}
