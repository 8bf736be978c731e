import { isUnderWay } from './lifecycle';
import type { ITransfer } from '../model';
import type { Picks } from '../resuming/picks';
import type { IRow } from './row';
import { Transfer } from './transfer';

/** The rows of the list, and what is kept of them for a later visit. */
export class Rows {
  private readonly rows = new Map<string, IRow>();
  /** The rows that were at work since nothing was the last time. */
  private readonly round = new Set<string>();
  private cached: readonly ITransfer[] | null = null;
  private count = 0;

  constructor(
    readonly picks: Picks,
    private readonly onChange: () => void
  ) {}

  get all(): readonly IRow[] {
    return [...this.rows.values()];
  }

  /** Those of one file each. */
  get files(): readonly Transfer[] {
    return this.all.filter(row => row instanceof Transfer);
  }

  /** What they look like now. */
  get snapshots(): readonly ITransfer[] {
    this.cached ??= this.all.map(row => row.snapshot);
    return this.cached;
  }

  /** What is being worked on, or was last. */
  get worked(): readonly ITransfer[] {
    return this.snapshots.filter(({ key }) => this.round.has(key));
  }

  get isBusy(): boolean {
    return this.snapshots.some(({ state }) => isUnderWay(state));
  }

  get(key: string): IRow | undefined {
    return this.rows.get(key);
  }

  file(key: string): Transfer | undefined {
    const row = this.rows.get(key);
    return row instanceof Transfer ? row : undefined;
  }

  /** @param pick - the id under which it was kept on an earlier visit. */
  show(make: (key: string) => IRow, pick?: string): ITransfer {
    if (!this.isBusy) {
      this.round.clear();
    }
    this.count += 1;
    const key = `transfer-${this.count}`;
    this.round.add(key);
    const row = make(key);
    this.rows.set(key, row);
    if (!row.isForgettable) {
      this.picks.keep(row, pick);
    }
    this.onChange();
    return row.snapshot;
  }

  remove(key: string): void {
    const row = this.rows.get(key);
    if (row !== undefined) {
      this.picks.forget(row);
      row.dispose();
      this.rows.delete(key);
      this.round.delete(key);
      this.onChange();
    }
  }

  /** Some of them changed. */
  touch(): void {
    this.cached = null;
  }

  /** See what has become of them. */
  review(): void {
    for (const { key, state } of this.snapshots) {
      if (isUnderWay(state)) {
        this.round.add(key);
      }
    }
    this.picks.review();
  }
}
