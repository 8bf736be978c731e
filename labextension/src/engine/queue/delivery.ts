import type { Batch } from './conflicts';
import type { IDelivered } from './delivered';
import { composite } from '../sending/digests';
import { Failure, isGone, isMixedUp, isNameTaken, OutOfDate } from '../failure';
import { Parts } from '../sending/parts';
import type { ISource } from '../ports';
import { Progress } from '../sending/progress';
import { Rate } from '../sending/rate';
import { RemoteUpload } from '../resuming/remoteUpload';
import {
  Backoff,
  isChecking,
  isOutOfDate,
  isUnanswered
} from '../retrying/policy';
import { Retry } from '../retrying/retry';
import { sendMissing } from '../sending/sender';
import type { IIdentity } from '../resuming/serverUploads';
import type { IShared } from './shared';
import { TakenName } from './takenName';
import type { IUpload } from '../wire';

/** How one file gets to the server, across pauses, until it is there. */
export class Delivery {
  readonly progress: Progress;
  readonly rate = new Rate();
  readonly remote: RemoteUpload;
  private readonly parts = new Parts();
  /** Between two looks at what the server has; each request that is sent again has its own. */
  private readonly backoff: Backoff;
  private retry = new Retry();
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
    this.remote = new RemoteUpload(shared, identity, earlier, batch.list);
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
    this.retry.retryNow();
  }

  /** From `queued` until nothing is left to do without a person. Never rejects. */
  async run(source: ISource, signal: AbortSignal): Promise<void> {
    for (let first = false; !signal.aborted; first = true) {
      try {
        await this.shared.files.run(() => this.upload(source, signal), {
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

  /** Until it is done; rejects with what neither waiting nor starting over helps against. */
  private async upload(source: ISource, signal: AbortSignal): Promise<void> {
    this.enter('uploading');
    this.retry = this.newRetry(signal);
    for (;;) {
      try {
        return await this.sendAndComplete(source, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof OutOfDate) {
          const { cause } = error;
          const delay = this.backoff.next(cause);
          if (delay === null) {
            throw cause;
          }
          await this.retry.wait(delay, cause, signal);
        } else if (isGone(error) && this.remote.upload !== null) {
          if (!(await this.remote.startOver())) {
            throw error;
          }
          signal.throwIfAborted();
          this.enter('uploading');
        } else if (
          // What was sent already is for the person to decide.
          this.remote.upload === null &&
          (await this.takenName.isSame(error, source, signal))
        ) {
          this.arrive(this.identity.path, true);
          return;
        } else {
          if (isMixedUp(error)) {
            // Nothing shows which bytes are wrong: whoever retries begins anew.
            void this.remote.discard();
          }
          throw error;
        }
      }
    }
  }

  private async sendAndComplete(
    source: ISource,
    signal: AbortSignal
  ): Promise<void> {
    const { parts, progress, remote, retry, takenName } = this;
    this.phase = 'uploading';
    const onConflict = takenName.decision ?? 'fail';
    const upload = await remote.open(source, onConflict, retry, signal);
    signal.throwIfAborted();
    this.receive(upload);
    if (upload.state === 'receiving') {
      await sendMissing({
        ...this.shared,
        retry,
        upload,
        source,
        progress,
        parts,
        signal,
        onProgress: () => {
          this.rate.record(Date.now(), progress.sent);
          this.delivered.moved();
        },
        onAcknowledged: () => this.backoff.reset()
      });
    }
    this.enter('finishing');
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
    const { remote, retry, takenName } = this;
    const composite = await this.composite(upload, signal);
    try {
      return await retry.run(
        () => remote.complete(upload, takenName.decision, composite),
        signal,
        // The server reads it all once more; that is part of finishing.
        isChecking
      );
    } catch (error) {
      throw isOutOfDate(error) ? new OutOfDate(error) : error;
    }
  }

  /** What stands for the whole file; undefined where the chunks were not verified. */
  private async composite(
    { digest, id, size }: IUpload,
    signal: AbortSignal
  ): Promise<string | undefined> {
    if (digest === null) {
      return undefined;
    }
    const { hasher, transport } = this.shared;
    if (this.parts.whole(size) === null) {
      // The answer to a chunk tells of other pages' chunks too, but not their digests.
      const upload = await this.retry.run(() => transport.status(id), signal);
      this.parts.replace(upload.parts ?? []);
    }
    const parts = this.parts.whole(size);
    return parts === null ? undefined : composite(parts, hasher, signal);
  }

  private arrive(path: string, identical: boolean): void {
    this.progress.replace([[0, this.identity.size]]);
    this.delivered.arrived(path, identical);
  }

  private enter(phase: 'uploading' | 'finishing'): void {
    this.phase = phase;
    this.delivered.enter(phase);
  }

  /** For one run: what is left of it once a person has stopped it must not tell anything any more. */
  private newRetry(signal: AbortSignal): Retry {
    const { network, random } = this.shared;
    return new Retry({
      random,
      onWaiting: (error, retryAt) => {
        if (!signal.aborted) {
          const isOffline = isUnanswered(error) && !network.online;
          this.delivered.enter('waiting', {
            error: isOffline ? offline() : error,
            retryAt
          });
        }
      },
      onRunning: () => {
        if (!signal.aborted) {
          this.rate.restart(Date.now(), this.progress.sent);
          this.delivered.enter(this.phase);
        }
      }
    });
  }

  /** What it is at when it does not wait. */
  private phase: 'uploading' | 'finishing' = 'uploading';
}

function offline(): Failure {
  return new Failure('offline', 'This computer is offline.');
}
