interface IWaiting {
  start: () => void;
}

/** Runs tasks, at most so many at a time, in the order in which they came. */
export class Queue {
  private running = 0;
  private readonly waiting: IWaiting[] = [];

  /** @param limit - the most at a time, now: call `fill` when it has risen. */
  constructor(private readonly limit: () => number) {}

  /** Start what waits, as far as may be. */
  fill(): void {
    while (this.running < this.limit() && this.waiting.length > 0) {
      this.waiting.shift()?.start();
    }
  }

  /**
   * Run `task` when its turn comes.
   *
   * @param options.signal - gives up the place in the line; a task that has started is not stopped.
   * @param options.first - go to the front of the line.
   */
  async run<T>(
    task: () => Promise<T>,
    options: { signal?: AbortSignal; first?: boolean } = {}
  ): Promise<T> {
    await this.turn(options.signal, options.first ?? false);
    try {
      return await task();
    } finally {
      this.running -= 1;
      this.fill();
    }
  }

  private turn(signal: AbortSignal | undefined, first: boolean): Promise<void> {
    signal?.throwIfAborted();
    if (this.running < this.limit()) {
      this.running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(signal?.reason as Error);
      };
      const entry: IWaiting = {
        start: () => {
          signal?.removeEventListener('abort', leave);
          this.running += 1;
          resolve();
        }
      };
      signal?.addEventListener('abort', leave, { once: true });
      if (first) {
        this.waiting.unshift(entry);
      } else {
        this.waiting.push(entry);
      }
    });
  }
}
