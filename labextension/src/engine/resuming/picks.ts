import type { IClaims, IPick, IResumeStore } from '../ports';
import type { ITransfer } from '../model';
import { newIdempotencyKey } from './idempotencyKey';

/** Something picked, as its row sees it. */
export interface IPicked {
  readonly snapshot: ITransfer;
  /** Nothing would be lost if it was forgotten: it is over, or the server knows of it. */
  readonly isForgettable: boolean;
  /** What opens it again; null where nothing does, undefined where that is known from an earlier visit. */
  readonly handle: unknown;
}

/** What the store was told last. */
interface IKept {
  readonly pick: IPick;
  readonly handle: unknown;
}

/** What was picked on this page and is not over: kept, so that a later visit can tell of it. */
export class Picks {
  private readonly kept = new Map<IPicked, IKept>();

  constructor(
    private readonly store: IResumeStore,
    private readonly claims: IClaims
  ) {}

  keep(row: IPicked, id = newIdempotencyKey()): void {
    this.claims.claim(id);
    this.remember(row, pickOf(id, row.snapshot));
  }

  /** Forget what has become forgettable; keep what is known better by now. */
  review(): void {
    for (const [row, { pick, handle }] of this.kept) {
      const now = pickOf(pick.id, row.snapshot);
      if (row.isForgettable) {
        this.forget(row);
      } else if (
        row.snapshot.tree?.isListed &&
        (now.files !== pick.files || row.handle !== handle)
      ) {
        this.remember(row, now);
      }
    }
  }

  forget(row: IPicked): void {
    const kept = this.kept.get(row);
    if (kept !== undefined) {
      const { id } = kept.pick;
      this.kept.delete(row);
      this.claims.release(id);
      void this.store.forgetPick(id);
    }
  }

  /** Those of earlier visits; not those that other pages of this browser are at work on. Never rejects. */
  async earlier(): Promise<readonly (IPick & { remembered: boolean })[]> {
    const [picks, elsewhere] = await Promise.all([
      this.store.picks(),
      this.claims.others()
    ]);
    const own = new Set([...this.kept.values()].map(({ pick }) => pick.id));
    return picks.filter(({ id }) => !own.has(id) && !elsewhere.has(id));
  }

  private remember(row: IPicked, pick: IPick): void {
    const { handle } = row;
    this.kept.set(row, { pick, handle });
    void this.store.rememberPick(pick, handle);
  }
}

function pickOf(id: string, transfer: ITransfer): IPick {
  const { destination, folder, name, size, tree } = transfer;
  return {
    id,
    kind: tree === null ? 'file' : 'tree',
    destination,
    folder,
    name,
    size,
    lastModified: transfer.lastModified,
    files: tree?.files ?? 1
  };
}
