import { describe } from '../errors';
import { advance, possible } from './lifecycle';
import type { ITransfer, TransferState } from '../model';
import type { ISource } from '../ports';
import type { IPicked } from '../resuming/picks';
import type { IShared } from './shared';

/** What becomes of a row that is cancelled. */
export interface ICancelOptions {
  /** Of a tree, also what has arrived of it is removed. */
  readonly removesArrived: boolean;
}

/** One row of the list: a file, or many. */
export interface IRow extends IPicked {
  /** The rate falls with time alone; make `snapshot` look at the clock again. */
  refresh(): void;
  pause(): void;
  /** Go on; what waits is tried now. @param source - of a file that has to be picked again. */
  resume(source?: ISource): void;
  retry(): void;
  /** Something outside changed: what waits is tried now. */
  wake(): void;
  /** Resolves when nothing of it is left on the server in part, or deleting it was given up. */
  cancel(options?: ICancelOptions): Promise<void>;
  /** Off the list for good. */
  dispose(): void;
}

/** A row whose bytes move: its state, and what a person does about it. */
export abstract class MovingRow implements IRow {
  protected state: TransferState = 'queued';
  protected error: ITransfer['error'] = null;
  protected retryAt: number | null = null;
  /** Ends the current run: a person paused or cancelled. */
  protected stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private cached: ITransfer | null = null;

  constructor(
    protected readonly shared: IShared,
    protected readonly key: string
  ) {}

  abstract readonly isForgettable: boolean;
  abstract readonly handle: unknown;
  protected abstract readonly run: { retryNow(): void };

  /** What it looks like now; the same object until something changes. */
  get snapshot(): ITransfer {
    this.cached ??= this.takeSnapshot();
    return this.cached;
  }

  refresh(): void {
    if (this.state === 'uploading') {
      this.cached = null;
    }
  }

  pause(): void {
    if (possible(this.state).pause) {
      this.stop.abort();
      this.onState('paused');
    }
  }

  resume(): void {
    if (this.state === 'paused') {
      this.again();
    } else {
      this.run.retryNow();
    }
  }

  retry(): void {
    if (possible(this.state, this.error?.reason).retry) {
      if (this.state === 'failed') {
        this.again();
      } else {
        this.run.retryNow();
      }
    }
  }

  wake(): void {
    this.run.retryNow();
  }

  async cancel(options?: ICancelOptions): Promise<void> {
    if (possible(this.state).cancel) {
      this.stop.abort();
      this.onState('cancelled');
      // A creation that is on its way ends first: only then is it known what to delete.
      await this.running;
      await this.discard(options);
    }
  }

  dispose(): void {
    this.stop.abort();
  }

  onState(
    state: TransferState,
    why?: { readonly error: unknown; readonly retryAt?: number }
  ): void {
    this.state = advance(this.state, state);
    this.error = why === undefined ? null : describe(why.error);
    this.retryAt = why?.retryAt ?? null;
    this.onProgress();
  }

  onProgress(): void {
    this.cached = null;
    this.shared.onChange();
  }

  /** Begin a run, once the last one has ended: two at once would get in each other's way. */
  protected begin(run: (signal: AbortSignal) => Promise<void>): void {
    const stop = new AbortController();
    this.stop = stop;
    this.running = this.running.then(() => run(stop.signal));
  }

  protected abstract takeSnapshot(): ITransfer;
  /** Go on from `paused` or `failed`. */
  protected abstract again(): void;
  /** Delete what there is of it on the server. */
  protected abstract discard(options?: ICancelOptions): Promise<void>;
}
