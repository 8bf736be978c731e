import type { ChunkSize } from './chunkSize';
import type { Batch, Conflicts, IContender } from './conflicts';
import { describe, isNameTaken, isVanished } from './failure';
import { advance, isOver, possible } from './lifecycle';
import type {
  ISource,
  ITransfer,
  ITransport,
  IUpload,
  OnConflict,
  TransferState
} from './ports';
import { SourceMismatchError } from './ports';
import { Progress } from './progress';
import type { Queue } from './queue';
import { Rate, timeLeft } from './rate';
import { RemoteUpload } from './remoteUpload';
import { Backoff, isRetryable } from './retry';
import { sendMissing } from './sender';
import { isSameFile } from './serverUploads';
import type { IIdentity, ServerUploads } from './serverUploads';
import { sleep } from './sleep';

/** What all transfers of a page share. */
export interface IShared {
  readonly transport: ITransport;
  /** Bounds the files under way. */
  readonly files: Queue;
  /** Bounds the chunks in flight over all files. */
  readonly chunks: Queue;
  readonly chunkSize: ChunkSize;
  readonly uploads: ServerUploads;
  readonly conflicts: Conflicts;
  readonly random: () => number;
  /** Something that `snapshot` shows has changed. */
  readonly onChange: () => void;
  readonly onDone: (transfer: ITransfer) => void;
}

/** One file's way to the server. */
export class Transfer implements IContender {
  private state: TransferState;
  private error: ITransfer['error'] = null;
  private retryAt: number | null = null;
  private path: string;
  /** What the person decided about a taken name. */
  private decision: OnConflict | undefined;
  private readonly progress: Progress;
  private readonly rate = new Rate();
  private readonly backoff: Backoff;
  private readonly remote: RemoteUpload;
  /** Ends the current run: a person paused or cancelled. */
  private stop = new AbortController();
  /** Ends the current wait: a person wants it tried now. */
  private wake = new AbortController();
  private run: Promise<void> = Promise.resolve();
  private shown: ITransfer | null = null;

  /**
   * @param source - null when the file must be picked again; then `upload` is what the server has of it.
   */
  constructor(
    private readonly shared: IShared,
    private readonly key: string,
    private readonly identity: IIdentity,
    private readonly batch: Batch,
    private source: ISource | null,
    private readonly earlier: IUpload | null = null
  ) {
    this.path = identity.path;
    this.state = source === null ? 'unfinished' : 'queued';
    this.progress = new Progress(identity.size);
    this.progress.replace(earlier?.received ?? []);
    this.backoff = new Backoff(shared.random);
    this.remote = new RemoteUpload(
      shared.transport,
      shared.uploads,
      identity,
      earlier
    );
    batch.members.push(this);
    if (source !== null) {
      this.start();
    }
  }

  /** What it looks like now; the same object until something changes. */
  get snapshot(): ITransfer {
    this.shown ??= this.look();
    return this.shown;
  }

  get undecided(): boolean {
    return (
      this.decision === undefined &&
      !isOver(this.state) &&
      (this.remote.upload === null || this.state === 'conflict')
    );
  }

  /** Whether it is this file for this place, and has yet to become (or find) an upload on the server. */
  isBegunFor(upload: IUpload): boolean {
    return (
      !isOver(this.state) &&
      this.remote.upload === null &&
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
      this.hurry();
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
      this.hurry();
    }
  }

  /** Resolves when nothing of it is left on the server, or deleting it was given up. */
  async cancel(): Promise<void> {
    if (possible(this.state).cancel) {
      this.stop.abort();
      this.enter('cancelled');
      // A creation that is on its way ends first: only then is it known what to delete.
      await this.run;
      await this.remote.discard();
    }
  }

  /** Off the list for good. What the server has of it may be taken up by another transfer. */
  dispose(): void {
    this.remote.forget();
  }

  /** End a wait now; nothing else is changed by it. */
  private hurry(): void {
    if (this.state === 'waiting') {
      this.backoff.reset();
      this.wake.abort();
    }
  }

  private again(): void {
    this.backoff.reset();
    this.remote.allowStartingOver();
    this.enter('queued');
    this.start();
  }

  private start(): void {
    const stop = new AbortController();
    this.stop = stop;
    // A run that was stopped may still wait for an answer; two at once would get in each other's way.
    this.run = this.run.then(() => this.live(stop.signal));
  }

  /** From `queued` until nothing is left to do without a person. Never rejects. */
  private async live(signal: AbortSignal): Promise<void> {
    for (let first = false; !signal.aborted; first = true) {
      try {
        await this.shared.files.run(() => this.persist(signal), {
          signal,
          first
        });
        return;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        // Asked for outside the queue: a person who is away must not hold up the other files.
        if (this.decision !== undefined || !isNameTaken(error)) {
          this.enter('failed', error);
        } else if (await this.ask(error, signal)) {
          continue;
        }
        return;
      }
    }
  }

  /** Try until it is done; rejects with what neither waiting nor starting over helps against. */
  private async persist(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await this.attempt(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (isVanished(error) && this.remote.upload !== null) {
          if (this.remote.startOver()) {
            continue;
          }
          throw error;
        }
        const delay = isRetryable(error) ? this.backoff.next(error) : null;
        if (delay === null) {
          throw error;
        }
        this.retryAt = Date.now() + delay;
        this.enter('waiting', error);
        this.wake = new AbortController();
        await sleep(delay, AbortSignal.any([signal, this.wake.signal]));
        signal.throwIfAborted();
      }
    }
  }

  private async attempt(signal: AbortSignal): Promise<void> {
    this.enter('uploading');
    const upload = await this.remote.open(this.decision ?? 'fail', signal);
    signal.throwIfAborted();
    this.receive(upload);
    if (upload.state === 'receiving' && this.source !== null) {
      await sendMissing({
        ...this.shared,
        upload,
        source: this.source,
        progress: this.progress,
        signal,
        onProgress: () => this.moved(),
        onAcknowledged: () => this.backoff.reset()
      });
    }
    this.enter('finishing');
    const done =
      upload.state === 'done'
        ? upload
        : await this.remote.complete(upload, this.decision);
    this.progress.replace([[0, this.identity.size]]);
    this.path = done.path;
    this.remote.forget();
    this.enter('done');
    this.shared.onDone(this.snapshot);
  }

  /** @returns whether to go on. */
  private async ask(error: unknown, signal: AbortSignal): Promise<boolean> {
    this.enter('conflict');
    try {
      const { conflicts } = this.shared;
      const decision = await conflicts.ask(this, this.batch, signal);
      if (signal.aborted) {
        return false;
      }
      if (decision !== 'skip') {
        this.decision = decision;
        this.enter('queued');
        return true;
      }
      this.enter('skipped');
      await this.remote.discard();
    } catch {
      // The question could not be asked, so the conflict stays what it is.
      if (!signal.aborted) {
        this.enter('failed', error);
      }
    }
    return false;
  }

  /** Take in what the server says it has. */
  private receive(upload: IUpload): void {
    const before = this.progress.receivedBytes;
    this.progress.replace(upload.received);
    if (this.progress.receivedBytes > before) {
      this.backoff.reset();
    }
    this.rate.restart(Date.now(), this.progress.sent);
    this.changed();
  }

  private moved(): void {
    this.rate.record(Date.now(), this.progress.sent);
    this.changed();
  }

  private enter(state: TransferState, error?: unknown): void {
    this.state = advance(this.state, state);
    this.error = error === undefined ? null : describe(error);
    if (state !== 'waiting') {
      this.retryAt = null;
    }
    this.changed();
  }

  private changed(): void {
    this.shown = null;
    this.shared.onChange();
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
    const { identity, progress, state } = this;
    const rate = state === 'uploading' ? this.rate.at(Date.now()) : null;
    return Object.freeze({
      key: this.key,
      name: baseName(identity.path),
      folder: identity.path.split('/').slice(0, -1).join('/'),
      path: this.path,
      size: identity.size,
      sent: progress.sent,
      rate,
      timeLeft: timeLeft(identity.size - progress.sent, rate),
      state,
      error: this.error,
      retryAt: this.retryAt,
      updated: state === 'unfinished' ? (this.earlier?.updated ?? null) : null,
      expires: state === 'unfinished' ? (this.earlier?.expires ?? null) : null,
      can: possible(state)
    });
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
