import { isCorrupted } from '../errors';
import { Backoff, isPending } from './policy';
import { sleep } from './sleep';

export interface IRetryOptions {
  /** In `[0, 1)`. */
  readonly random?: () => number;
  /** How often a request is sent at most, outage or not. */
  readonly attempts?: number;
  /** Nothing moves any more: all requests wait. @param retryAt - milliseconds since 1970. */
  readonly onWaiting?: (error: unknown, retryAt: number) => void;
  /** Something moves again. */
  readonly onRunning?: () => void;
}

/** The one place where requests are sent again: all those of one upload, which wait and go on together. */
export class Retry {
  private wake = new AbortController();
  /** Requests that are to be answered, and how many of them wait for their next attempt. */
  private running = 0;
  private waiting = 0;
  private isShown = false;
  private error: unknown = null;
  /** Milliseconds since 1970. */
  private retryAt = 0;

  constructor(private readonly options: IRetryOptions = {}) {}

  /**
   * Send a request until it succeeds; rejects with what waiting does not help against.
   *
   * @param signal - ends the waiting; `send` has to see to its request itself.
   * @param isQuiet - the errors after which nobody is told of the wait.
   */
  async run<T>(
    send: () => Promise<T>,
    signal?: AbortSignal,
    isQuiet: (error: unknown) => boolean = isCorrupted
  ): Promise<T> {
    const { attempts = Infinity, random } = this.options;
    const backoff = new Backoff(random);
    this.running += 1;
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await send();
        } catch (error) {
          const delay = attempt < attempts ? backoff.next(error) : null;
          if (delay === null) {
            throw error;
          }
          signal?.throwIfAborted();
          await (isQuiet(error)
            ? this.sleep(delay, signal)
            : this.wait(delay, error, signal));
        }
      }
    } finally {
      this.running -= 1;
      this.show();
    }
  }

  /** Wait before another attempt after `error`, or for as long as other requests wait already. */
  async wait(
    delay: number,
    error: unknown,
    signal?: AbortSignal
  ): Promise<void> {
    if (this.waiting === 0) {
      this.error = error;
      this.retryAt = Date.now() + delay;
    }
    this.waiting += 1;
    this.show();
    try {
      await this.sleep(this.retryAt - Date.now(), signal);
    } finally {
      this.waiting -= 1;
      if (!isPending(error)) {
        this.show();
      }
      // Otherwise the next attempt only looks: that it moves again shows when it succeeds.
    }
  }

  /** End all waits: a person asks for it, or the network is back. */
  retryNow(): void {
    this.wake.abort();
    this.wake = new AbortController();
  }

  private async sleep(delay: number, signal?: AbortSignal): Promise<void> {
    const { wake } = this;
    await sleep(
      delay,
      signal === undefined
        ? wake.signal
        : AbortSignal.any([signal, wake.signal])
    );
    signal?.throwIfAborted();
  }

  private show(): void {
    const isWaiting = this.waiting > 0 && this.waiting >= this.running;
    if (isWaiting) {
      this.options.onWaiting?.(this.error, this.retryAt);
    } else if (this.isShown) {
      this.options.onRunning?.();
    }
    this.isShown = isWaiting;
  }
}
