import { complete } from './completion';
import type { Batch } from './conflicts';
import { retryOf } from './runListener';
import type { IRunListener } from './runListener';
import {
  isUploadMissing,
  isCompositeMismatch,
  isNameTaken,
  OutOfDate
} from '../errors';
import type { ISource } from '../ports';
import { Progress } from '../sending/progress';
import { Rate } from '../sending/rate';
import { RemoteUpload } from '../resuming/remoteUpload';
import { Backoff } from '../retrying/policy';
import { Retry } from '../retrying/retry';
import { sendMissing } from '../sending/sendMissing';
import { Verification } from '../sending/verification';
import { isBetterWhole, sendWhole } from '../sending/wholeFile';
import type { IIdentity } from '../resuming/serverUploads';
import type { IShared } from './shared';
import { NameConflict } from './nameConflict';
import type { IUpload } from '../wire';

/** How one file gets to the server, across pauses, until it is there. */
export class UploadRun {
  readonly progress: Progress;
  readonly rate = new Rate();
  readonly remote: RemoteUpload;
  private readonly verification: Verification;
  /** Once a file was sent as a whole, whatever is missing of it goes in chunks. */
  private wasSentWhole = false;
  /** See `ITransfer`. */
  isHeldByWindow = false;
  /** Between two looks at what the server has; each request that is sent again has its own. */
  private readonly backoff: Backoff;
  private retry = new Retry();
  private readonly nameConflict: NameConflict;

  /** @param earlier - what the server has of the file from an earlier visit. */
  constructor(
    private readonly shared: IShared,
    private readonly identity: IIdentity,
    batch: Batch,
    private readonly listener: IRunListener,
    earlier: IUpload | null
  ) {
    this.progress = new Progress(identity.size);
    this.progress.replace(earlier?.received ?? []);
    this.verification = new Verification(shared.hasher);
    this.backoff = new Backoff(shared.random);
    this.remote = new RemoteUpload(shared, identity, earlier, batch.list);
    this.nameConflict = new NameConflict(shared, identity, batch, listener);
  }

  /** Whether the name may still turn out to be taken. */
  get mayConflict(): boolean {
    return (
      this.nameConflict.decision === undefined && this.remote.upload === null
    );
  }

  /** A person asks for it: what failed before no longer counts. */
  resetBackoff(): void {
    this.backoff.reset();
    this.remote.allowRestart();
  }

  /** End the current wait, if any. */
  retryNow(): void {
    this.retry.retryNow();
  }

  /** From `queued` until nothing is left to do without a person. Never rejects. */
  async start(source: ISource, signal: AbortSignal): Promise<void> {
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
        if (!this.nameConflict.mustAsk(error)) {
          if (isNameTaken(error)) {
            this.nameConflict.forget();
          }
          this.listener.onState('failed', { error });
          return;
        }
        // Asked outside the queue: a person who is away must not hold up the other files.
        const decision = await this.nameConflict.ask(error, signal);
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
          this.phase = 'uploading';
          await this.retry.wait(delay, cause, signal);
        } else if (isUploadMissing(error) && this.remote.upload !== null) {
          if (!(await this.remote.restart())) {
            throw error;
          }
          signal.throwIfAborted();
          this.enter('uploading');
        } else if (
          // What was sent already is for the person to decide.
          this.remote.upload === null &&
          (await this.nameConflict.isSame(error, source, signal))
        ) {
          this.finish(this.identity.path, true);
          return;
        } else {
          if (isCompositeMismatch(error)) {
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
    const { remote, retry, nameConflict } = this;
    const onConflict = nameConflict.decision ?? 'fail';
    const upload = await remote.open(source, onConflict, retry, signal);
    signal.throwIfAborted();
    this.receive(upload);
    if (
      upload.state === 'receiving' &&
      !(await this.send(upload, source, signal))
    ) {
      return this.sendAndComplete(source, signal);
    }
    this.enter('finishing');
    const done =
      upload.state === 'done'
        ? upload
        : await complete({
            ...this.shared,
            remote,
            retry,
            verification: this.verification,
            upload,
            source,
            onConflict: nameConflict.decision,
            signal
          });
    remote.end();
    this.finish(done.path, false);
  }

  /** Send what is missing; false when the server has to be asked once more what that is. */
  private async send(
    upload: IUpload,
    source: ISource,
    signal: AbortSignal
  ): Promise<boolean> {
    const { progress, retry, verification } = this;
    const { parallelism } = this.shared;
    const sending = {
      ...this.shared,
      retry,
      upload,
      source,
      progress,
      verification,
      parts: verification.parts,
      signal,
      onProgress: () => {
        this.rate.record(Date.now(), progress.sent);
        // A bucket is reached another way.
        this.isHeldByWindow = !upload.direct && parallelism.isHeldByWindow;
        this.listener.onProgress();
      },
      onAcknowledged: () => this.backoff.reset()
    };
    try {
      if (this.wasSentWhole || !isBetterWhole(sending)) {
        await sendMissing(sending);
        return true;
      }
      this.wasSentWhole = true;
      return await sendWhole(sending);
    } finally {
      this.shared.linkRate.learn(this.rate.at(Date.now()));
    }
  }

  /** Take in what the server says it has: only what comes after that counts for the rate. */
  private receive(upload: IUpload): void {
    const before = this.progress.receivedBytes;
    this.verification.replace(upload);
    this.progress.replace(upload.received);
    if (this.progress.receivedBytes > before) {
      this.backoff.reset();
    }
    this.rate.restart(Date.now(), this.progress.sent);
    this.listener.onProgress();
  }

  private finish(path: string, identical: boolean): void {
    this.progress.replace([[0, this.identity.size]]);
    this.listener.onDone(path, identical);
  }

  private enter(phase: 'uploading' | 'finishing'): void {
    this.phase = phase;
    this.listener.onState(phase);
  }

  /** For one run: what is left of it once a person has stopped it must not tell anything any more. */
  private newRetry(signal: AbortSignal): Retry {
    return retryOf(this.shared, this.listener, signal, () => {
      this.rate.restart(Date.now(), this.progress.sent);
      return this.phase;
    });
  }

  /** What it is at when it does not wait. */
  private phase: 'uploading' | 'finishing' = 'uploading';
}
