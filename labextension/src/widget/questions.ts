import { Emitter } from '../engine/emitter';
import type { IListenable } from '../engine/emitter';
import type { ConflictDecision, ITransfer } from '../engine/model';
import type { IConflictResolver } from '../engine/ports';

/** What a person is being asked: what to do with a file whose name is taken. */
export interface IQuestion {
  readonly key: string;
  /** Whether both can be kept. */
  readonly canRename: boolean;
  /** Whether others may meet the same question. */
  readonly hasOthers: boolean;
}

/** Files that were picked together: one answer may hold for all of them. */
interface IGroup {
  readonly size: number;
  decision: ConflictDecision | null;
}

interface IAsked extends IQuestion {
  readonly answer: (answer: IAnswered) => void;
}

interface IAnswered {
  readonly decision: ConflictDecision;
  readonly forAll: boolean;
}

/** Asks in the row of the file, and holds nothing else up meanwhile. */
export class Questions implements IConflictResolver {
  readonly changed: IListenable<void>;
  private readonly changes = new Emitter<void>();
  private readonly groups = new Map<string, IGroup>();
  private asked: IAsked | null = null;

  constructor() {
    this.changed = this.changes;
  }

  /** The one that is open. */
  get open(): IQuestion | null {
    return this.asked;
  }

  /** @param keys - of files that were picked together. */
  group(keys: readonly string[]): void {
    const group = { size: keys.length, decision: null };
    keys.forEach(key => this.groups.set(key, group));
  }

  resolve({ key, existing }: ITransfer): Promise<IAnswered> {
    const canRename = existing?.canRename !== false;
    const { size = 1, decision = null } = this.groups.get(key) ?? {};
    if (decision !== null && (canRename || decision !== 'rename')) {
      return Promise.resolve({ decision, forAll: true });
    }
    return new Promise(answer => {
      this.asked = { key, canRename, hasOthers: size > 1, answer };
      this.changes.emit();
    });
  }

  /** A widget takes files alone. */
  resolveTree(): Promise<null> {
    return Promise.resolve(null);
  }

  /** @param key - of the file that it was about; another question stays open. */
  answer(key: string, decision: ConflictDecision, forAll = false): void {
    const { asked } = this;
    if (asked?.key === key) {
      const group = this.groups.get(key);
      if (forAll && group !== undefined) {
        group.decision = decision;
      }
      this.asked = null;
      asked.answer({ decision, forAll });
      this.changes.emit();
    }
  }
}
