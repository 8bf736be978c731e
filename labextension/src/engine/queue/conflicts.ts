import type { ConflictDecision, ITransfer } from '../model';
import type { IConflictResolver } from '../ports';
import { Queue } from './queue';
import type { IUpload } from '../wire';

/** A transfer, as far as questions about its name go. */
export interface INamed {
  readonly snapshot: ITransfer;
  /** Its name may still turn out to be taken. */
  readonly mayConflict: boolean;
}

/** Transfers that were picked together: one answer may hold for all of them. */
export class Batch {
  readonly members: INamed[] = [];
  /** What holds for all of them. */
  decision: ConflictDecision | null = null;
  private readonly answered = new Set<INamed>();

  /** @param list - the unfinished uploads on the server, for all of them. */
  constructor(readonly list: () => Promise<readonly IUpload[]>) {}

  record(asker: INamed, decision: ConflictDecision, forAll: boolean): void {
    this.answered.add(asker);
    if (forAll) {
      this.decision = decision;
    }
  }

  /** How many others may meet the same question. */
  remaining(asker: INamed): number {
    return this.members.filter(
      other => other !== asker && other.mayConflict && !this.answered.has(other)
    ).length;
  }
}

/** Asks the person what to do when a name is taken: one question at a time over all transfers. */
export class Conflicts {
  private readonly questions = new Queue(() => 1);

  constructor(private readonly resolver: IConflictResolver) {}

  /** Ask something once no other question is open. @param signal - takes it back before. */
  inTurn<T>(
    ask: (resolver: IConflictResolver) => Promise<T>,
    signal: AbortSignal
  ): Promise<T> {
    return this.questions.run(() => ask(this.resolver), { signal });
  }

  /** @param signal - takes a question back that was not asked yet. */
  ask(
    asker: INamed,
    batch: Batch,
    signal: AbortSignal
  ): Promise<ConflictDecision> {
    return this.inTurn(async resolver => {
      const { snapshot } = asker;
      const isPossible =
        batch.decision !== 'rename' || snapshot.existing?.canRename !== false;
      if (batch.decision !== null && isPossible) {
        return batch.decision;
      }
      const { decision, forAll } = await resolver.resolve(
        snapshot,
        batch.remaining(asker)
      );
      batch.record(asker, decision, forAll);
      return decision;
    }, signal);
  }
}
