import { Checksum } from './checksum';
import type { Batch } from './conflicts';
import { MovingRow } from './row';
import type { IRunListener } from './runListener';
import { UploadRun } from './uploadRun';
import { describe, Failure } from '../errors';
import { possible } from './lifecycle';
import { isOver, SourceMismatchError } from '../model';
import type { ITransfer } from '../model';
import { baseName } from '../paths';
import type { ISource } from '../ports';
import { timeLeft } from '../sending/rate';
import { isSameFile, isSamePlace } from '../resuming/serverUploads';
import type { IIdentity, IPlace } from '../resuming/serverUploads';
import type { IShared } from './shared';
import type { IUpload } from '../wire';

/** What an earlier visit left. */
export interface IEarlier {
  /** On the server; null where it was not begun. */
  readonly upload: IUpload | null;
  /** Its file can be opened without picking it again. */
  readonly remembered: boolean;
  /** Open it; null when that is not possible. */
  readonly recall: () => Promise<ISource | null>;
}

/** One row of the list: where a file stands, and what a person does about it. */
export class Transfer extends MovingRow implements IRunListener {
  private path: string;
  private identical = false;
  private existing: ITransfer['existing'] = null;
  protected readonly run: UploadRun;
  private readonly checksum: Checksum;

  /**
   * @param source - null when the file must be picked again.
   * @param earlier - what the server has of it from an earlier visit.
   */
  constructor(
    shared: IShared,
    key: string,
    private readonly identity: IIdentity,
    batch: Batch,
    private source: ISource | null,
    private readonly earlier: IEarlier | null = null
  ) {
    super(shared, key);
    this.path = identity.path;
    this.state = source === null ? 'unfinished' : 'queued';
    this.run = new UploadRun(
      shared,
      identity,
      batch,
      this,
      earlier?.upload ?? null
    );
    this.checksum = new Checksum(() => this.onProgress());
    batch.members.push(this);
    this.start();
  }

  get isForgettable(): boolean {
    return isOver(this.state) || this.run.remote.upload !== null;
  }

  get handle(): unknown {
    return this.source === null ? undefined : (this.source.handle ?? null);
  }

  get mayConflict(): boolean {
    return (
      this.state === 'conflict' || (!isOver(this.state) && this.run.mayConflict)
    );
  }

  /** Whether it is this file for this place, and has yet to make (or find) its upload on the server. */
  isBegunFor(upload: IUpload): boolean {
    return (
      !isOver(this.state) &&
      this.run.remote.upload === null &&
      isSameFile(upload, this.identity)
    );
  }

  /** Whether picking `source` for `place` means: go on with this one. */
  continuesWith(source: ISource, place: IPlace): boolean {
    return (
      (this.state === 'unfinished' || this.state === 'failed') &&
      isSamePlace(this.identity, place) &&
      this.matches(source)
    );
  }

  /** Whether it brings another file to the same place. */
  replaces(upload: IUpload): boolean {
    return (
      this.source !== null &&
      isSamePlace(this.identity, upload) &&
      !isSameFile(upload, this.identity)
    );
  }

  /** Another file is being uploaded to `place`: when it is the one that this was begun with, it has changed since. */
  otherPicked(place: IPlace): void {
    if (this.state === 'unfinished' && isSamePlace(this.identity, place)) {
      this.error = describe(
        new Failure(
          'source_changed',
          'The file changed since this upload was begun.'
        )
      );
      this.onProgress();
    }
  }

  /** Go on; what waits is tried now. */
  override resume(source?: ISource): void {
    if (this.state === 'unfinished') {
      if (source?.name === this.snapshot.name && !this.matches(source)) {
        this.otherPicked(this.identity);
      }
      if (source === undefined || !this.matches(source)) {
        throw new SourceMismatchError(
          'This is not the file that the upload was begun with.',
          { name: this.snapshot.name, ...this.identity }
        );
      }
      this.continueWith(source);
    } else {
      super.resume();
    }
  }

  /** Go on with the file that an earlier visit remembered; false when it can't be had. */
  async resumeRemembered(): Promise<boolean> {
    if (this.state !== 'unfinished' || this.earlier === null) {
      return false;
    }
    const source = await this.earlier.recall();
    if (source === null) {
      return false;
    }
    this.resume(source);
    return true;
  }

  /** Go on with a file that was picked again. */
  continueWith(source: ISource): void {
    this.source = source;
    this.again();
  }

  /** Compute the SHA-256 on both sides. Never rejects. */
  async computeChecksum(): Promise<void> {
    const { source, path } = this;
    if (source !== null && this.snapshot.can.checksum) {
      const { signal } = this.stop;
      const { destination } = this.identity;
      await this.checksum.compute({
        ...this.shared,
        place: { destination, path },
        source,
        signal
      });
    }
  }

  /** Off the list for good. What the server has of a failed one may be taken up by another transfer. */
  override dispose(): void {
    super.dispose();
    // Of what was cancelled or skipped, the server's part may still be on its way out.
    if (this.state === 'failed') {
      this.run.remote.release();
    }
  }

  override onState(...news: Parameters<MovingRow['onState']>): void {
    this.existing = null;
    super.onState(...news);
  }

  onConflict(existing: NonNullable<ITransfer['existing']>): void {
    this.onState('conflict');
    this.existing = existing;
  }

  onDone(path: string, identical: boolean): void {
    this.path = path;
    this.identical = identical;
    this.onState('done');
    this.shared.onDone(this.snapshot);
  }

  protected again(): void {
    this.run.resetBackoff();
    this.onState('queued');
    this.start();
  }

  private start(): void {
    const { source } = this;
    if (source !== null) {
      this.begin(signal => this.run.start(source, signal));
    }
  }

  protected discard(): Promise<void> {
    return this.run.remote.discard();
  }

  private matches(source: ISource): boolean {
    const { path, size, lastModified } = this.identity;
    return (
      source.name === baseName(path) &&
      source.size === size &&
      (lastModified === null || source.lastModified === lastModified)
    );
  }

  protected takeSnapshot(): ITransfer {
    const { run, identity, state } = this;
    const { sent } = run.progress;
    const rate = state === 'uploading' ? run.rate.at(Date.now()) : null;
    const earlier = state === 'unfinished' ? this.earlier : null;
    const checksum = this.checksum.current;
    const can = possible(state, this.error?.reason);
    return Object.freeze({
      key: this.key,
      name: baseName(identity.path),
      folder: identity.path.split('/').slice(0, -1).join('/'),
      path: this.path,
      destination: identity.destination,
      size: identity.size,
      lastModified: identity.lastModified,
      sent,
      acknowledged: run.progress.survivingBytes,
      tree: null,
      rate,
      timeLeft: timeLeft(identity.size - sent, rate),
      state,
      error: this.error,
      retryAt: this.retryAt,
      updated: earlier?.upload?.updated ?? null,
      expires: earlier?.upload?.expires ?? null,
      remembered: earlier?.remembered ?? false,
      isHeldByWindow: run.isHeldByWindow,
      uploadId: run.remote.upload?.id ?? null,
      identical: this.identical,
      existing: this.existing,
      checksum,
      can: {
        ...can,
        checksum:
          can.checksum && (checksum === null || checksum.state === 'failed')
      }
    });
  }
}
