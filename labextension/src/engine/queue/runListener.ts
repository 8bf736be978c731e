import type { INamed } from './conflicts';
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
