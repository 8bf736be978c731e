import type { Batch } from './conflicts';
import type { IDelivered } from './delivered';
import { composite } from '../sending/digests';
import {
  Failure,
  isFolderAway,
  isMixedUp,
  isNameTaken,
  isVanished
} from '../failure';
import { Parts } from '../sending/parts';
import type { ISource } from '../ports';
import { Progress } from '../sending/progress';
import { Rate } from '../sending/rate';
import { RemoteUpload } from '../resuming/remoteUpload';
import { Backoff, isPending, isUnanswered } from '../resuming/retry';
import { sendMissing } from '../sending/sender';
import type { IIdentity } from '../resuming/serverUploads';
import type { IShared } from './shared';
import { sleep } from '../resuming/sleep';
import { TakenName } from './takenName';
import type { IUpload } from '../wire';

/** How one file gets to the server: attempt after attempt, across pauses, until it is there. */
export class Delivery {
  readonly progress: Progress;
  readonly rate = new Rate();
  readonly remote: RemoteUpload;
  private readonly parts = new Parts();
  private readonly backoff: Backoff;
  /** Ends the current wait: a person wants it tried now. */
  private wake = new AbortController();
  /** Waiting for what is no fault: the next attempt shows only when it gets somewhere. */
  private isPending = false;
  private readonly takenName: TakenName;

  /** @param earlier - what the server has of the file from an earlier visit. */
  constructor(
    private readonly shared: IShared,
    private readonly identity: IIdentity,
    batch: Batch,
    private readonly delivered: IDelivered,
    earlier: IUpload | null
  ) {
    this.progress = new Progress(identity.size);
    this.progress.replace(earlier?.received ?? []);
    this.backoff = new Backoff(shared.random);
    this.remote = new RemoteUpload(shared, identity, earlier);
    this.takenName = new TakenName(shared, identity, batch, delivered);
  }

  /** Whether the name may still turn out to be taken. */
  get undecided(): boolean {
    return this.takenName.decision === undefined && this.remote.upload === null;
  }

  /** A person asks for it: what failed before no longer counts. */
  forgive(): void {
    this.backoff.reset();
    this.remote.allowStartingOver();
  }

  /** End the current wait, if any. */
  hurry(): void {
    this.wake.abort();
  }

  /** From `queued` until nothing is left to do without a person. Never rejects. */
  async run(source: ISource, signal: AbortSignal): Promise<void> {
    for (let first = false; !signal.aborted; first = true) {
      this.isPending = false;
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
        if (!this.takenName.isQuestion(error)) {
          if (isNameTaken(error)) {
            this.takenName.forget();
          }
          this.delivered.enter('failed', { error });
          return;
        }
        // Asked outside the queue: a person who is away must not hold up the other files.
        const decision = await this.takenName.ask(error, signal);
        if (decision === 'skip') {
          await this.remote.discard();
        }
        if (decision === 'skip' || decision === null) {
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
          if (await this.remote.startOver()) {
            signal.throwIfAborted();
            continue;
          }
          throw error;
        }
        // What was sent already is for the person to decide.
        if (
          this.remote.upload === null &&
          (await this.takenName.isSame(error, source, signal))
        ) {
          this.arrive(this.identity.path, true);
          return;
        }
        if (isMixedUp(error)) {
          // Nothing shows which bytes are wrong: whoever retries begins anew.
          void this.remote.discard();
        }
        const delay = this.backoff.next(error);
        if (delay === null) {
          throw error;
        }
        await this.wait(delay, error, signal);
      }
    }
  }

  private async attempt(source: ISource, signal: AbortSignal): Promise<void> {
    const { delivered, parts, progress, remote } = this;
    if (!this.isPending) {
      delivered.enter('uploading');
    }
    const upload = await remote.open(
      source,
      this.takenName.decision ?? 'fail',
      signal
    );
    signal.throwIfAborted();
    if (this.isPending) {
      this.isPending = false;
      delivered.enter('uploading');
    }
    this.receive(upload);
    if (upload.state === 'receiving') {
      await sendMissing({
        ...this.shared,
        upload,
        source,
        progress,
        parts,
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
      upload.state === 'done' ? upload : await this.complete(upload, signal);
    remote.end();
    this.arrive(done.path, false);
  }

  /** Take in what the server says it has: only what comes after that counts for the rate. */
  private receive(upload: IUpload): void {
    const before = this.progress.receivedBytes;
    this.parts.replace(upload.parts ?? []);
    this.progress.replace(upload.received);
    if (this.progress.receivedBytes > before) {
      this.backoff.reset();
    }
    this.rate.restart(Date.now(), this.progress.sent);
    this.delivered.moved();
  }

  private async complete(
    upload: IUpload,
    signal: AbortSignal
  ): Promise<IUpload> {
    const composite = await this.composite(upload, signal);
    for (;;) {
      try {
        return await this.remote.complete(
          upload,
          this.takenName.decision,
          composite
        );
      } catch (error) {
        // The server reads it all once more; that is part of finishing.
        const delay =
          isPending(error) && !isFolderAway(error)
            ? this.backoff.next(error)
            : null;
        if (delay === null) {
          throw error;
        }
        await sleep(delay, signal);
      }
    }
  }

  /** What stands for the whole file; undefined where the chunks were not verified. */
  private async composite(
    upload: IUpload,
    signal: AbortSignal
  ): Promise<string | undefined> {
    if (upload.digest === null) {
      return undefined;
    }
    const { hasher, transport } = this.shared;
    if (this.parts.whole(upload.size) === null) {
      // The answer to a chunk tells of other pages' chunks too, but not their digests.
      this.parts.replace((await transport.status(upload.id)).parts ?? []);
    }
    const parts = this.parts.whole(upload.size);
    return parts === null ? undefined : composite(parts, hasher, signal);
  }

  private arrive(path: string, identical: boolean): void {
    this.progress.replace([[0, this.identity.size]]);
    this.delivered.arrived(path, identical);
  }

  private async wait(
    delay: number,
    error: unknown,
    signal: AbortSignal
  ): Promise<void> {
    this.isPending = isPending(error);
    this.wake = new AbortController();
    this.delivered.enter('waiting', {
      error:
        isUnanswered(error) && !this.shared.network.online ? offline() : error,
      retryAt: Date.now() + delay
    });
    await sleep(delay, AbortSignal.any([signal, this.wake.signal]));
    signal.throwIfAborted();
  }
}

function offline(): Failure {
  return new Failure('offline', 'This computer is offline.');
}
