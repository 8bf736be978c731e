import { Emitter } from '../emitter';
import type {
  DiffKind,
  IComparison,
  IDiff,
  IDiffRow,
  IDiffState
} from './versions';
import { problemOf } from './problems';
import { Windows } from './windows';
import type { IDiffAnswer, ITablesServer } from './wire';

const WINDOW = 100;
const KEPT = 30;
const ALL: readonly DiffKind[] = ['added', 'removed', 'modified'];

/** What is different between two versions of a table. */
export class Diff implements IDiff {
  readonly changed = new Emitter<void>();
  private kinds = ALL;
  private summary: IDiffState['summary'] = null;
  private problem: IDiffState['problem'] = null;
  private readonly windows = new Windows<IDiffRow>({
    size: WINDOW,
    keep: KEPT,
    // Before the first answer there may be any.
    count: () => (this.summary === null ? WINDOW : this.count),
    fetch: (start, count, signal) => this.fetch(start, count, signal),
    onRows: () => this.changed.emit(),
    onProblem: error => {
      this.problem = problemOf(error);
      this.changed.emit();
    }
  });

  constructor(
    private readonly server: ITablesServer,
    readonly comparison: IComparison
  ) {
    this.windows.look();
  }

  get state(): IDiffState {
    const { summary, kinds, problem, count } = this;
    return { summary, kinds, count, problem };
  }

  row(index: number): IDiffRow | null {
    return this.windows.row(index);
  }

  show(first: number, last: number): void {
    this.windows.show(first, last);
  }

  filter(kinds: readonly DiffKind[]): void {
    this.kinds = ALL.filter(kind => kinds.includes(kind));
    this.windows.clear();
    this.windows.look();
    this.changed.emit();
  }

  again(): void {
    this.problem = null;
    this.windows.clear();
    this.windows.look();
    this.changed.emit();
  }

  dispose(): void {
    this.windows.stop();
  }

  private get count(): number {
    const counts = this.summary?.counts;
    return this.kinds.reduce((sum, kind) => sum + (counts?.[kind] ?? 0), 0);
  }

  private async fetch(
    start: number,
    count: number,
    signal: AbortSignal
  ): Promise<IDiffAnswer['rows']> {
    const { kinds, comparison } = this;
    const answer = await this.server.diff(
      { ...comparison, kinds, start, count },
      signal
    );
    const { counts, columns } = answer;
    this.summary = { counts, columns };
    this.problem = null;
    return answer.rows;
  }
}
