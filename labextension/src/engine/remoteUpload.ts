import { Failure } from './failure';
import type { ITransport, IUpload, OnConflict } from './ports';
import { mayHaveArrived } from './retry';
import type { IIdentity, ServerUploads } from './serverUploads';

/** One transfer's upload on the server: found or created, read again after a fault, completed or deleted. */
export class RemoteUpload {
  /** A list of unfinished uploads from before this moment may lack one that is ours. */
  private since: number;
  /** A create failed in a way that may have left an upload behind. */
  private createLost = false;
  /** A complete went out, and its answer never came. */
  private completeLost = false;
  private startedOver = false;
  /** A person has asked to try again since the last time that it was opened. */
  private retried = false;

  constructor(
    private readonly transport: ITransport,
    private readonly uploads: ServerUploads,
    private readonly identity: IIdentity,
    private current: IUpload | null
  ) {
    this.since = uploads.now;
    if (current !== null) {
      uploads.own(current.id);
    }
  }

  get upload(): IUpload | null {
    return this.current;
  }

  /**
   * The upload as the server sees it now. An unfinished one of the same file is taken over; only when
   * there is none, a new one is created. So an upload whose creation was answered into a broken
   * network is found again instead of being created twice.
   *
   * @param signal - does not stop a creation: only its answer tells what to delete later.
   */
  async open(onConflict: OnConflict, signal: AbortSignal): Promise<IUpload> {
    const { retried } = this;
    this.retried = false;
    this.current ??= await this.uploads.adopt(this.identity, this.since);
    if (this.current === null) {
      signal.throwIfAborted();
      this.current = await this.create(onConflict);
      return this.current;
    }
    const upload = await this.transport.status(this.current.id, signal);
    if (upload.state !== 'failed') {
      this.current = upload;
      return upload;
    }
    // It can't be revived; a new one is begun when a person, who has seen why, asks for it.
    this.current = null;
    void this.uploads.discard(upload.id);
    if (!retried) {
      throw new Failure(
        upload.error?.reason ?? 'failed',
        upload.error?.message ?? 'The server could not finish the file.'
      );
    }
    this.current = await this.create(onConflict);
    return this.current;
  }

  /** @param onConflict - what the person decided; undefined leaves it as it was when the upload was created. */
  async complete(
    upload: IUpload,
    onConflict: OnConflict | undefined
  ): Promise<IUpload> {
    try {
      return await this.transport.complete(upload.id, onConflict);
    } catch (error) {
      this.completeLost ||= mayHaveArrived(error);
      throw error;
    }
  }

  /**
   * The server says that it does not know the upload. Forget it, so that a new one is created.
   *
   * @returns whether to go on: not a second time before a person asks for it, and not when the file may
   *   have been completed, for then sending it all again could make a second copy.
   */
  startOver(): boolean {
    const goOn = !this.startedOver && !this.completeLost;
    this.forget();
    this.startedOver = true;
    return goOn;
  }

  /** A person asks to try again: what may be done only once may be done once more. */
  allowStartingOver(): void {
    this.retried = true;
    this.startedOver = false;
    this.completeLost = false;
  }

  /** No longer ours to touch: it is finished. */
  forget(): void {
    if (this.current !== null) {
      this.uploads.release(this.current.id);
      this.current = null;
    }
    this.since = this.uploads.now;
  }

  /** Delete what there is of it on the server. Never rejects. */
  async discard(): Promise<void> {
    if (this.current === null && this.createLost) {
      this.current = await this.uploads
        .adopt(this.identity, this.since)
        .catch(() => null);
    }
    if (this.current !== null) {
      await this.uploads.discard(this.current.id);
      this.current = null;
    }
  }

  private async create(on_conflict: OnConflict): Promise<IUpload> {
    const { path, size, lastModified } = this.identity;
    try {
      const upload = await this.transport.create({
        path,
        size,
        last_modified: lastModified,
        on_conflict
      });
      this.createLost = false;
      this.uploads.own(upload.id);
      return upload;
    } catch (error) {
      this.createLost = mayHaveArrived(error);
      this.since = this.uploads.now;
      throw error;
    }
  }
}
