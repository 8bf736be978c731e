import type { Batch, IContender } from './conflicts';
import { isNameTaken, isVanished } from './failure';
import type { ISource, IUpload, OnConflict, TransferState } from './ports';
import { Progress } from './progress';
import { Rate } from './rate';
import { RemoteUpload } from './remoteUpload';
import { Backoff, isRetryable } from './retry';
import { sendMissing } from './sender';
import type { IIdentity } from './serverUploads';
import type { IShared } from './shared';
import { sleep } from './sleep';

/** What a delivery tells of itself, and asks about. */
export interface IDelivered extends IContender {
  /** @param why - what went wrong, and when it is tried again (milliseconds since 1970). */
  enter(
    state: TransferState,
    why?: { readonly error: unknown; readonly retryAt?: number }
  ): void;
  /** Bytes moved. */
  moved(): void;
  /** The file is at its final path. */
  arrived(path: string): void;
}

/** How one file gets to the server: attempt after attempt, across pauses, until it is there. */
export class Delivery {
  readonly progress: Progress;
  readonly rate = new Rate();
  readonly remote: RemoteUpload;
  private readonly backoff: Backoff;
  /** Ends the current wait: a person wants it tried now. */
  private wake = new AbortController();
  /** What the person decided about a taken name. */
  private decision: OnConflict | undefined;

  /** @param earlier - what the server has of the file from an earlier visit. */
  constructor(
    private readonly shared: IShared,
    private readonly identity: IIdentity,
    private readonly batch: Batch,
    private readonly delivered: IDelivered,
    earlier: IUpload | null
  ) {
    const { transport, uploads, random } = shared;
    this.progress = new Progress(identity.size);
    this.progress.replace(earlier?.received ?? []);
    this.backoff = new Backoff(random);
    this.remote = new RemoteUpload(transport, uploads, identity, earlier);
  }

  /** Whether the name may still turn out to be taken. */
  get undecided(): boolean {
    return this.decision === undefined && this.remote.upload === null;
  }

  /** A person asks for it: what failed before no longer counts. */
  forgive(): void {
    this.backoff.reset();
    this.remote.allowStartingOver();
  }

  /** End the current wait, if any. */
  hurry(): void {
    this.backoff.reset();
    this.wake.abort();
  }

  /** From `queued` until nothing is left to do without a person. Never rejects. */
  async run(source: ISource, signal: AbortSignal): Promise<void> {
    for (let first = false; !signal.aborted; first = true) {
      try {
        await this.shared.files.run(() => this.persist(source, signal), {
          signal,
          first
        });
        return;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (!isNameTaken(error) || this.decision !== undefined) {
          // A retry may ask about the name again.
          this.decision = isNameTaken(error) ? undefined : this.decision;
          this.delivered.enter('failed', { error });
          return;
        }
        // Asked outside the queue: a person who is away must not hold up the other files.
        if (!(await this.ask(error, signal))) {
          return;
        }
      }
    }
  }

  /** Try until it is done; rejects with what neither waiting nor starting over helps against. */
  private async persist(source: ISource, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await this.attempt(source, signal);
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
        await this.wait(delay, error, signal);
      }
    }
  }

  private async attempt(source: ISource, signal: AbortSignal): Promise<void> {
    const { delivered, identity, progress, remote } = this;
    delivered.enter('uploading');
    const upload = await remote.open(this.decision ?? 'fail', signal);
    signal.throwIfAborted();
    this.receive(upload);
    if (upload.state === 'receiving') {
      await sendMissing({
        ...this.shared,
        upload,
        source,
        progress,
        signal,
        onProgress: () => {
          this.rate.record(Date.now(), progress.sent);
          delivered.moved();
        },
        onAcknowledged: () => this.backoff.reset()
      });
    }
    delivered.enter('finishing');
    const done =
      upload.state === 'done'
        ? upload
        : await remote.complete(upload, this.decision);
    progress.replace([[0, identity.size]]);
    remote.forget();
    delivered.arrived(done.path);
  }

  /** Take in what the server says it has: only what comes after that counts for the rate. */
  private receive(upload: IUpload): void {
    const before = this.progress.receivedBytes;
    this.progress.replace(upload.received);
    if (this.progress.receivedBytes > before) {
      this.backoff.reset();
    }
    this.rate.restart(Date.now(), this.progress.sent);
    this.delivered.moved();
  }

  private async wait(
    delay: number,
    error: unknown,
    signal: AbortSignal
  ): Promise<void> {
    this.wake = new AbortController();
    this.delivered.enter('waiting', { error, retryAt: Date.now() + delay });
    await sleep(delay, AbortSignal.any([signal, this.wake.signal]));
    signal.throwIfAborted();
  }

  /** @returns whether to go on. */
  private async ask(error: unknown, signal: AbortSignal): Promise<boolean> {
    const { batch, delivered, shared } = this;
    delivered.enter('conflict');
    try {
      const decision = await shared.conflicts.ask(delivered, batch, signal);
      if (signal.aborted) {
        return false;
      }
      if (decision !== 'skip') {
        this.decision = decision;
        delivered.enter('queued');
        return true;
      }
    } catch {
      // The question could not be asked, so the conflict stays what it is.
      if (!signal.aborted) {
        delivered.enter('failed', { error });
      }
      return false;
    }
    delivered.enter('skipped');
    await this.remote.discard();
    return false;
  }
}
