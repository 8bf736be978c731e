/** Milliseconds that a place must be in sight before its rows are asked for: who scrolls far passes by most. */
const PAUSE = 60;

export interface IWindowsOptions<Row> {
  /** Rows that are asked for at once. */
  readonly size: number;
  /** How many windows are kept. */
  readonly keep: number;
  /** How many rows there are, as far as anybody knows. */
  readonly count: () => number;
  readonly fetch: (
    start: number,
    count: number,
    signal: AbortSignal
  ) => Promise<readonly Row[]>;
  readonly onRows: () => void;
  readonly onProblem: (error: unknown) => void;
}

/** The rows of a long table near what is in sight: fetched window by window, one request at a time. */
export class Windows<Row> {
  private readonly kept = new Map<number, readonly Row[]>();
  private sight: readonly [first: number, last: number] = [0, 0];
  private under: {
    readonly window: number;
    readonly stop: AbortController;
  } | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** After a problem nothing is asked until the person does something. */
  private isHalted = false;

  constructor(private readonly options: IWindowsOptions<Row>) {}

  /** Null while it is not there. */
  row(index: number): Row | null {
    const { size } = this.options;
    return this.kept.get(Math.floor(index / size))?.[index % size] ?? null;
  }

  /** Rows `first` to `last` are in sight. */
  show(first: number, last: number): void {
    const [a, b] = this.sight;
    this.sight = [first, last];
    if (a !== first || b !== last) {
      this.isHalted = false;
      this.look();
    }
  }

  /** Rows that came otherwise. `start` is where a window begins. */
  put(start: number, rows: readonly Row[]): void {
    this.keep(start / this.options.size, rows);
  }

  /** Rows from `index` on may be others by now; those before stay. */
  forgetFrom(index: number): void {
    const first = Math.floor(index / this.options.size);
    for (const window of [...this.kept.keys()]) {
      if (window >= first) {
        this.kept.delete(window);
      }
    }
  }

  /** All rows are others by now. */
  clear(): void {
    this.stop();
    this.kept.clear();
    this.isHalted = false;
  }

  /** Look for what is missing now. */
  look(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.next();
    }, PAUSE);
  }

  stop(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.under?.stop.abort();
    this.under = null;
  }

  private next(): void {
    const wanted = this.missing();
    if (
      wanted === null ||
      this.isHalted ||
      (this.under !== null && this.isNear(this.under.window))
    ) {
      return;
    }
    this.under?.stop.abort();
    void this.fetch(wanted);
  }

  private async fetch(window: number): Promise<void> {
    const { size, fetch, onRows, onProblem } = this.options;
    const under = { window, stop: new AbortController() };
    this.under = under;
    try {
      const rows = await fetch(window * size, size, under.stop.signal);
      if (this.under !== under) {
        return;
      }
      this.under = null;
      this.keep(window, rows);
      onRows();
      this.next();
    } catch (error) {
      if (this.under === under) {
        this.under = null;
        this.isHalted = true;
        onProblem(error);
      }
    }
  }

  /** The first window in sight that is not there, or else one beside them. */
  private missing(): number | null {
    const last = Math.ceil(this.options.count() / this.options.size) - 1;
    const [from, to] = this.inSight;
    for (const window of [...range(from, to), to + 1, from - 1]) {
      if (window >= 0 && window <= last && !this.kept.has(window)) {
        return window;
      }
    }
    return null;
  }

  private isNear(window: number): boolean {
    const [from, to] = this.inSight;
    return window >= from - 1 && window <= to + 1;
  }

  private get inSight(): readonly [number, number] {
    const { size } = this.options;
    const [first, last] = this.sight;
    return [Math.floor(first / size), Math.floor(last / size)];
  }

  private keep(window: number, rows: readonly Row[]): void {
    this.kept.set(window, rows);
    const [from, to] = this.inSight;
    const middle = (from + to) / 2;
    while (this.kept.size > this.options.keep) {
      const farthest = [...this.kept.keys()].reduce((one, other) =>
        Math.abs(one - middle) >= Math.abs(other - middle) ? one : other
      );
      this.kept.delete(farthest);
    }
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
