import type { IContender } from './conflicts';
import type { ITransfer, TransferState } from '../ports';

/** What a delivery tells of itself, and asks about. */
export interface IDelivered extends IContender {
  /** @param why - what went wrong, and when it is tried again (milliseconds since 1970). */
  enter(
    state: TransferState,
    why?: { readonly error: unknown; readonly retryAt?: number }
  ): void;
  /** The name is taken: from now on the person is being asked. */
  contested(existing: NonNullable<ITransfer['existing']>): void;
  /** Bytes moved. */
  moved(): void;
  /**
   * The file is at its final path.
   *
   * @param identical - it was there already, and nothing was sent.
   */
  arrived(path: string, identical: boolean): void;
}
