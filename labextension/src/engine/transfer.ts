import type { Batch } from './conflicts';
import { Delivery } from './delivery';
import type { IDelivered } from './delivery';
import { describe } from './failure';
import { advance, isOver, possible } from './lifecycle';
import { SourceMismatchError } from './ports';
import type { ISource, ITransfer, IUpload, TransferState } from './ports';
import { timeLeft } from './rate';
import { isSameFile } from './serverUploads';
import type { IIdentity } from './serverUploads';
import type { IShared } from './shared';

/** One row of the list: where a file stands, and what a person does about it. */
export class Transfer implements IDelivered {
  private state: TransferState;
  private error: ITransfer['error'] = null;
  private retryAt: number | null = null;
  private path: string;
  private readonly delivery: Delivery;
  /** Ends the current run: a person paused or cancelled. */
  private stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private shown: ITransfer | null = null;

  /**
   * @param source - null when the file must be picked again.
   * @param earlier - what the server has of it from an earlier visit.
   */
  constructor(
    private readonly shared: IShared,
    private readonly key: string,
    private readonly identity: IIdentity,
    batch: Batch,
    private source: ISource | null,
    private readonly earlier: IUpload | null = null
  ) {
    this.path = identity.path;
    this.state = source === null ? 'unfinished' : 'queued';
    this.delivery = new Delivery(shared, identity, batch, this, earlier);
    batch.members.push(this);
    this.start();
  }

  /** What it looks like now; the same object until something changes. */
  get snapshot(): ITransfer {
    this.shown ??= this.look();
    return this.shown;
  }

  get undecided(): boolean {
    return (
      this.state === 'conflict' ||
      (!isOver(this.state) && this.delivery.undecided)
    );
  }

  /** Whether it is this file for this place, and has yet to make (or find) its upload on the server. */
  isBegunFor(upload: IUpload): boolean {
    return (
      !isOver(this.state) &&
      this.delivery.remote.upload === null &&
      isSameFile(upload, this.identity)
    );
  }

  /** Whether picking `source` for `path` means: go on with this one. */
  continuesWith(source: ISource, path: string): boolean {
    return (
      (this.state === 'unfinished' || this.state === 'failed') &&
      this.identity.path === path &&
      this.matches(source)
    );
  }

  /** The rate falls with time alone; make `snapshot` look at the clock again. */
  refresh(): void {
    if (this.state === 'uploading') {
      this.shown = null;
    }
  }

  pause(): void {
    if (possible(this.state).pause) {
      this.stop.abort();
      this.enter('paused');
    }
  }

  /** Go on; what waits is tried now. */
  resume(source?: ISource): void {
    if (this.state === 'unfinished') {
      if (source === undefined || !this.matches(source)) {
        throw new SourceMismatchError(
          'This is not the file that the upload was begun with.',
          { name: this.snapshot.name, ...this.identity }
        );
      }
      this.continueWith(source);
    } else if (this.state === 'paused') {
      this.again();
    } else {
      this.delivery.hurry();
    }
  }

  /** Go on with a file that was picked again. */
  continueWith(source: ISource): void {
    this.source = source;
    this.again();
  }

  retry(): void {
    if (this.state === 'failed') {
      this.again();
    } else {
      this.delivery.hurry();
    }
  }

  /** Resolves when nothing of it is left on the server, or deleting it was given up. */
  async cancel(): Promise<void> {
    if (possible(this.state).cancel) {
      this.stop.abort();
      this.enter('cancelled');
      // A creation that is on its way ends first: only then is it known what to delete.
      await this.running;
      await this.delivery.remote.discard();
    }
  }

  /** Off the list for good. What the server has of a failed one may be taken up by another transfer. */
  dispose(): void {
    // Of what was cancelled or skipped, the server's part may still be on its way out.
    if (this.state === 'failed') {
      this.delivery.remote.forget();
    }
  }

  enter(
    state: TransferState,
    why?: { readonly error: unknown; readonly retryAt?: number }
  ): void {
    this.state = advance(this.state, state);
    this.error = why === undefined ? null : describe(why.error);
    this.retryAt = why?.retryAt ?? null;
    this.moved();
  }

  moved(): void {
    this.shown = null;
    this.shared.onChange();
  }

  arrived(path: string): void {
    this.path = path;
    this.enter('done');
    this.shared.onDone(this.snapshot);
  }

  private again(): void {
    this.delivery.forgive();
    this.enter('queued');
    this.start();
  }

  private start(): void {
    const { source } = this;
    if (source !== null) {
      const stop = new AbortController();
      this.stop = stop;
      // A run that was stopped may still wait for an answer; two at once would get in each other's way.
      this.running = this.running.then(() =>
        this.delivery.run(source, stop.signal)
      );
    }
  }

  private matches(source: ISource): boolean {
    const { path, size, lastModified } = this.identity;
    return (
      source.name === baseName(path) &&
      source.size === size &&
      (lastModified === null || source.lastModified === lastModified)
    );
  }

  private look(): ITransfer {
    const { delivery, earlier, identity, state } = this;
    const { sent } = delivery.progress;
    const rate = state === 'uploading' ? delivery.rate.at(Date.now()) : null;
    const unfinished = state === 'unfinished' ? earlier : null;
    return Object.freeze({
      key: this.key,
      name: baseName(identity.path),
      folder: identity.path.split('/').slice(0, -1).join('/'),
      path: this.path,
      size: identity.size,
      sent,
      rate,
      timeLeft: timeLeft(identity.size - sent, rate),
      state,
      error: this.error,
      retryAt: this.retryAt,
      updated: unfinished?.updated ?? null,
      expires: unfinished?.expires ?? null,
      can: possible(state)
    });
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
