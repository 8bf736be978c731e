import { Failure } from '../errors';
import { isUnanswered } from '../retrying/policy';
import { Retry } from '../retrying/retry';
import type { INamed } from './conflicts';
import type { IShared } from './shared';
import type { ITransfer, TransferState } from '../model';

/** Hears of the run of one upload. */
export interface IRunListener extends INamed {
  /** @param why - what went wrong, and when it is tried again (milliseconds since 1970). */
  onState(
    state: TransferState,
    why?: { readonly error: unknown; readonly retryAt?: number }
  ): void;
  /** The name is taken: from now on the person is being asked. */
  onConflict(existing: NonNullable<ITransfer['existing']>): void;
  /** Bytes moved. */
  onProgress(): void;
  /**
   * The file is at its final path.
   *
   * @param identical - it was there already, and nothing was sent.
   */
  onDone(path: string, identical: boolean): void;
}

/**
 * What sends the requests of a run again, and tells of its waits.
 *
 * @param signal - once it fires, nothing is told any more.
 * @param onRunning - it goes on; returns the state that it is in then.
 */
export function retryOf(
  { network, random }: Pick<IShared, 'network' | 'random'>,
  listener: Pick<IRunListener, 'onState'>,
  signal: AbortSignal,
  onRunning: () => TransferState
): Retry {
  return new Retry({
    random,
    onWaiting: (error, retryAt) => {
      if (!signal.aborted) {
        const isOffline = isUnanswered(error) && !network.online;
        listener.onState('waiting', {
          error: isOffline
            ? new Failure('offline', 'This computer is offline.')
            : error,
          retryAt
        });
      }
    },
    onRunning: () => {
      if (!signal.aborted) {
        listener.onState(onRunning());
      }
    }
  });
}
