import { Emitter } from '../emitter';
import type { IEdits } from './edits';
import { expected, isEmpty, NO_EDITS, withColumn, withDialect } from './edits';
import { Finding } from './finding';
import type {
  IColumn,
  IDialect,
  IRecipe,
  ITable,
  ITableRow,
  ITableState,
  TableSource
} from './model';
import { problemOf } from './problems';
import { keptColumns, rowsOf, withLines } from './rows';
import { Windows } from './windows';
import type { IPreview, ITablesServer } from './wire';

/** Rows that are asked for at once, and how many such windows are kept. */
const WINDOW = 200;
const KEPT = 25;

/** Milliseconds that a person may go on typing before what they typed is asked for. */
const PAUSE = 250;

/** Milliseconds between two looks at a file that is still coming, and at most, after problems. */
const LOOK_EVERY = 2_000;
const LOOK_AT_MOST = 30_000;

/** How often a server is asked that has yet to count the rows: it goes on with that at each question. */
const COUNT_AT_MOST = 100;

/** A file as a table. The last change wins; what is shown stays until the answer to it is there. */
export class Table implements ITable {
  readonly changed = new Emitter<void>();
  private edits = NO_EDITS;
  private earlier: readonly IEdits[] = [];
  private readonly finding = new Finding();
  private answer: IPreview | null = null;
  private structural: IPreview['structural'] = [];
  private problem: ITableState['problem'] = null;
  private declined = false;
  private asking: AbortController | null = null;
  private isQuiet = false;
  private counting: AbortController | null = null;
  private counted = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private wait = LOOK_EVERY;
  private cached: ITableState | null = null;
  private readonly windows = new Windows<ITableRow>({
    size: WINDOW,
    keep: KEPT,
    count: () => this.answer?.rows.count ?? 0,
    fetch: (start, count, signal) => this.fetch(start, count, signal),
    onRows: () => this.touch(),
    onProblem: error => this.fail(error)
  });

  constructor(
    private readonly server: ITablesServer,
    private source: TableSource
  ) {
    void this.ask();
  }

  get state(): ITableState {
    this.cached ??= this.takeState();
    return this.cached;
  }

  row(index: number): ITableRow | null {
    return this.windows.row(index);
  }

  show(first: number, last: number): void {
    this.windows.show(first, last);
  }

  changeDialect(change: Partial<IDialect>): void {
    this.edit(withDialect(this.edits, change, this.finding.original));
  }

  changeSheet(sheet: string): void {
    this.edit({ ...this.edits, sheet });
  }

  changeColumn(source: string, change: Partial<Omit<IColumn, 'source'>>): void {
    const found = this.finding.under(this.edits);
    this.edit(withColumn(this.edits, source, change, found));
  }

  use(recipe: IRecipe): void {
    this.declined = true;
    this.edit({ ...NO_EDITS, base: recipe });
  }

  decline(): void {
    this.declined = true;
    this.touch();
  }

  undo(): void {
    const last = this.earlier.at(-1);
    if (last !== undefined) {
      this.earlier = this.earlier.slice(0, -1);
      this.edits = last;
      this.askSoon(0);
    }
  }

  reset(): void {
    this.edit(NO_EDITS);
  }

  again(): void {
    this.finding.forget();
    this.askSoon(0);
  }

  moved(source: TableSource): void {
    if (JSON.stringify(source) !== JSON.stringify(this.source)) {
      this.source = source;
      this.finding.forget();
      this.askSoon(0);
    }
  }

  dispose(): void {
    this.stop();
    this.windows.stop();
  }

  private edit(edits: IEdits): void {
    if (JSON.stringify(edits) !== JSON.stringify(this.edits)) {
      this.earlier = [...this.earlier, this.edits];
      this.edits = edits;
      this.askSoon(PAUSE);
    }
  }

  private askSoon(pause: number): void {
    this.stop();
    this.asking = new AbortController();
    this.isQuiet = false;
    this.timer = setTimeout(() => void this.ask(), pause);
    this.touch();
  }

  private stop(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.asking?.abort();
    this.asking = null;
    this.counting?.abort();
    this.counting = null;
  }

  /**
   * Ask for what the person wants now.
   *
   * @param isQuiet - nobody wants anything new: more of the file may have come.
   */
  private async ask(isQuiet = false): Promise<void> {
    this.stop();
    const asking = new AbortController();
    this.asking = asking;
    this.isQuiet = isQuiet;
    this.touch();
    try {
      const answer = await this.preview(asking.signal);
      if (this.asking === asking) {
        this.asking = null;
        this.take(answer);
      }
    } catch (error) {
      if (this.asking === asking) {
        this.asking = null;
        this.fail(error);
      }
    }
  }

  private preview(signal: AbortSignal): Promise<IPreview> {
    const { server, source, edits, answer, finding } = this;
    return finding.preview(edits, answer?.recipe ?? null, recipe =>
      server.preview({ source, recipe, start: 0, count: WINDOW }, signal)
    );
  }

  private take(answer: IPreview): void {
    const before = this.answer;
    const isSame =
      before !== null &&
      JSON.stringify(before.recipe) === JSON.stringify(answer.recipe);
    this.answer = answer;
    this.problem = null;
    this.wait = LOOK_EVERY;
    if (!isSame || before.complete) {
      this.windows.clear();
      this.structural = [];
    } else {
      // Whatever came since, came behind what was there; its last line may not have been whole.
      this.windows.forgetFrom(before.rows.count - 1);
    }
    this.windows.put(0, rowsOf(answer));
    this.structural = withLines(this.structural, answer);
    this.windows.look();
    this.lookAgain();
    this.touch();
  }

  private async fetch(
    start: number,
    count: number,
    signal: AbortSignal
  ): Promise<readonly ITableRow[]> {
    const { answer, source } = this;
    if (answer === null) {
      return [];
    }
    const { recipe } = answer;
    const part = await this.server.preview(
      { source, recipe, start, count },
      signal
    );
    if (this.answer === answer) {
      const { rows, size, arrived, complete } = part;
      // What is complete by now is looked at again as a whole.
      this.answer = {
        ...answer,
        rows,
        size,
        arrived,
        complete: answer.complete && complete
      };
      this.structural = withLines(this.structural, part);
    }
    this.problem = null;
    return rowsOf(part);
  }

  private fail(error: unknown): void {
    this.problem = problemOf(error);
    if (this.answer?.complete === false) {
      this.wait = Math.min(2 * this.wait, LOOK_AT_MOST);
      this.lookAgain();
    }
    this.touch();
  }

  /** More of the file may have come, or more of its rows be counted. */
  private lookAgain(): void {
    const { answer, asking } = this;
    if (answer === null || asking !== null) {
      return;
    }
    if (!answer.complete) {
      this.timer ??= setTimeout(() => void this.ask(true), this.wait);
    } else if (!answer.rows.exact && this.counted < COUNT_AT_MOST) {
      this.timer ??= setTimeout(() => void this.count(), LOOK_EVERY);
    }
  }

  private async count(): Promise<void> {
    this.timer = null;
    this.counted += 1;
    const counting = new AbortController();
    this.counting = counting;
    try {
      await this.fetch(0, 0, counting.signal);
    } catch {
      // Nobody has asked for it.
      return;
    }
    if (this.counting === counting) {
      this.touch();
      this.lookAgain();
    }
  }

  private touch(): void {
    this.cached = null;
    this.changed.emit();
  }

  private takeState(): ITableState {
    const { answer, edits, structural } = this;
    // What was shown last may have changes that were taken back since.
    const found = answer && (this.finding.under(edits) ?? answer.recipe);
    return {
      table: answer && {
        columns: keptColumns(answer),
        rows: answer.rows,
        size: answer.size,
        arrived: answer.arrived,
        complete: answer.complete,
        sheets: answer.sheets ?? [],
        structural
      },
      recipe: found && expected(found, edits),
      suggested:
        this.declined || !isEmpty(edits) ? null : (answer?.suggested ?? null),
      isAsking: this.asking !== null && !this.isQuiet,
      problem: this.problem,
      isChanged: !isEmpty(edits),
      canUndo: this.earlier.length > 0
    };
  }
}
