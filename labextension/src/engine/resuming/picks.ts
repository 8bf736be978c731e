import type { IClaims, IPick, IResumeStore } from '../ports';
import type { ITransfer } from '../model';
import { newIdempotencyKey } from '../resuming/idempotencyKey';

/** Something picked, as its row sees it. */
export interface IPicked {
  readonly snapshot: ITransfer;
  /** Nothing would be lost if it was forgotten: it is over, or the server knows of it. */
  readonly isForgettable: boolean;
  /** What opens it again; null where nothing does, undefined where that is known from an earlier visit. */
  readonly handle: unknown;
}

/** What was picked on this page and is not over: kept, so that a later visit can tell of it. */
export class Picks {
  private readonly kept = new Map<IPicked, IPick>();
  private readonly handles = new WeakMap<IPicked, unknown>();

  constructor(
    private readonly store: IResumeStore,
    private readonly claims: IClaims
  ) {}

  keep(row: IPicked, id = newIdempotencyKey()): void {
    const pick = pickOf(id, row.snapshot);
    this.kept.set(row, pick);
    this.claims.claim(id);
    this.handles.set(row, row.handle);
    void this.store.rememberPick(pick, row.handle);
  }

  /** Forget what has become forgettable; keep what is known better by now. */
  review(): void {
    for (const [row, pick] of this.kept) {
      const now = pickOf(pick.id, row.snapshot);
      if (row.isForgettable) {
        this.forget(row);
      } else if (
        row.snapshot.tree?.isListed &&
        (now.files !== pick.files || row.handle !== this.handles.get(row))
      ) {
        this.kept.set(row, now);
        this.handles.set(row, row.handle);
        void this.store.rememberPick(now, row.handle);
      }
    }
  }

  forget(row: IPicked): void {
    const pick = this.kept.get(row);
    if (pick !== undefined) {
      this.kept.delete(row);
      this.claims.release(pick.id);
      void this.store.forgetPick(pick.id);
    }
  }

  /** Those of earlier visits; not those that other pages of this browser are at work on. Never rejects. */
  async earlier(): Promise<readonly (IPick & { remembered: boolean })[]> {
    const [picks, elsewhere] = await Promise.all([
      this.store.picks(),
      this.claims.others()
    ]);
    const own = new Set([...this.kept.values()].map(({ id }) => id));
    return picks.filter(({ id }) => !own.has(id) && !elsewhere.has(id));
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
