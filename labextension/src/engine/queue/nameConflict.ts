import { isIdentical } from './identical';
import type { Batch } from './conflicts';
import type { IRunListener } from './runListener';
import { isNameTaken } from '../errors';
import type { ConflictDecision, ITransfer } from '../model';
import type { ISource } from '../ports';
import type { IIdentity } from '../resuming/serverUploads';
import type { IShared } from './shared';
import type { OnConflict } from '../wire';

/** What becomes of one file whose name is taken on the server. */
export class NameConflict {
  /** What the person decided. */
  private decided: OnConflict | undefined;

  constructor(
    private readonly shared: IShared,
    private readonly identity: IIdentity,
    private readonly batch: Batch,
    private readonly listener: IRunListener
  ) {}

  /** Undefined while nobody was asked. */
  get decision(): OnConflict | undefined {
    return this.decided;
  }

  /** Whether `error` is one to ask about: the name is taken, and nobody was asked. */
  mustAsk(error: unknown): boolean {
    return isNameTaken(error) && this.decided === undefined;
  }

  /** A retry may ask about the name again. */
  forget(): void {
    this.decided = undefined;
  }

  /** Whether the name is taken by this very file, so that nothing is left to do. */
  async isSame(
    error: unknown,
    source: ISource,
    signal: AbortSignal
  ): Promise<boolean> {
    const { batch, listener, identity, shared } = this;
    if (
      !isNameTaken(error) ||
      error.details['size'] !== identity.size ||
      batch.decision === 'skip'
    ) {
      return false;
    }
    listener.onState('comparing');
    try {
      return await isIdentical(shared, identity, source, signal);
    } catch {
      // What can't be compared may differ.
      return false;
    } finally {
      signal.throwIfAborted();
    }
  }

  /**
   * Ask the person.
   *
   * @param error - what the transfer fails with when that is not possible.
   * @returns the decision; null when there is none, because the transfer was stopped or nobody could be asked.
   */
  async ask(
    error: unknown,
    signal: AbortSignal
  ): Promise<ConflictDecision | null> {
    const { batch, listener, shared } = this;
    listener.onConflict(existing(error));
    try {
      const decision = await shared.conflicts.ask(listener, batch, signal);
      if (signal.aborted) {
        return null;
      }
      if (decision === 'skip') {
        listener.onState('skipped');
      } else {
        this.decided = decision;
        listener.onState('queued');
      }
      return decision;
    } catch {
      if (!signal.aborted) {
        listener.onState('failed', { error });
      }
      return null;
    }
  }
}

/** What the server told of the file that is in the way. */
function existing(error: unknown): NonNullable<ITransfer['existing']> {
  const { size, can_rename: canRename } = isNameTaken(error)
    ? error.details
    : {};
  return {
    size: typeof size === 'number' ? size : null,
    canRename: canRename !== false
  };
}
