import { Failure } from '../failure';
import type { IHasher, IResumeStore, ISource } from '../ports';
import { mayHaveArrived } from './retry';
import type { IIdentity, ServerUploads } from './serverUploads';
import type { ITransport, IUpload, OnConflict } from '../wire';

export interface IRemote {
  readonly transport: ITransport;
  readonly hasher: IHasher;
  readonly resumeStore: IResumeStore;
  readonly uploads: ServerUploads;
}

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
  /** The upload whose file the resume store has been given. */
  private remembered: string | null = null;

  constructor(
    private readonly remote: IRemote,
    private readonly identity: IIdentity,
    private current: IUpload | null
  ) {
    this.since = remote.uploads.now;
    if (current !== null) {
      remote.uploads.own(current.id);
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
   * @param source - is kept for a later visit.
   * @param signal - does not stop a creation: only its answer tells what to delete later.
   */
  async open(
    source: ISource,
    onConflict: OnConflict,
    signal: AbortSignal
  ): Promise<IUpload> {
    const upload = await this.findOrCreate(onConflict, signal);
    this.remote.uploads.claim(upload.id);
    if (this.remembered !== upload.id) {
      this.remembered = upload.id;
      void this.remote.resumeStore.remember(upload.id, source);
    }
    return upload;
  }

  /**
   * @param onConflict - what the person decided; undefined leaves it as it was when the upload was created.
   * @param composite - of all its parts; undefined where the chunks were not verified.
   */
  async complete(
    upload: IUpload,
    onConflict: OnConflict | undefined,
    composite: string | undefined
  ): Promise<IUpload> {
    try {
      return await this.remote.transport.complete(upload.id, {
        onConflict,
        composite
      });
    } catch (error) {
      this.completeLost ||= mayHaveArrived(error);
      throw error;
    }
  }

  /**
   * The server, or its store, says that it does not know the upload. Forget it, so that a new one is created.
   *
   * @returns whether to go on: not a second time before a person asks for it, and not when the file may
   *   have been completed, for then sending it all again could make a second copy.
   */
  async startOver(): Promise<boolean> {
    const goOn = !this.startedOver && !this.completeLost;
    this.startedOver = true;
    if (goOn) {
      // Where the store alone has lost it, the server would go on listing it, and it be found again.
      await this.discard();
    }
    this.end();
    return goOn;
  }

  /** A person asks to try again: what may be done only once may be done once more. */
  allowStartingOver(): void {
    this.retried = true;
    this.startedOver = false;
    this.completeLost = false;
  }

  /** There is no such upload any more: it is finished, or gone. */
  end(): void {
    if (this.current !== null) {
      void this.remote.resumeStore.forget(this.current.id);
    }
    this.release();
  }

  /** No longer ours to touch; another transfer may take it up. */
  release(): void {
    const { uploads } = this.remote;
    if (this.current !== null) {
      uploads.release(this.current.id);
      this.current = null;
    }
    this.since = uploads.now;
  }

  /** Delete what there is of it on the server. Never rejects. */
  async discard(): Promise<void> {
    const { resumeStore, uploads } = this.remote;
    if (this.current === null && this.createLost) {
      this.current = await uploads
        .adopt(this.identity, this.since)
        .catch(() => null);
    }
    if (this.current !== null) {
      const { id } = this.current;
      this.current = null;
      void resumeStore.forget(id);
      await uploads.discard(id);
    }
  }

  private async findOrCreate(
    onConflict: OnConflict,
    signal: AbortSignal
  ): Promise<IUpload> {
    const { transport, uploads } = this.remote;
    const { retried } = this;
    this.retried = false;
    this.current ??= await uploads.adopt(this.identity, this.since);
    if (this.current === null) {
      signal.throwIfAborted();
      return this.create(onConflict);
    }
    const upload = await transport.status(this.current.id, signal);
    if (upload.state !== 'failed') {
      this.current = upload;
      return upload;
    }
    // It can't be revived; a new one is begun when a person, who has seen why, asks for it.
    void this.discard();
    if (!retried) {
      throw new Failure(
        upload.error?.reason ?? 'failed',
        upload.error?.message ?? 'The server could not finish the file.'
      );
    }
    return this.create(onConflict);
  }

  private async create(on_conflict: OnConflict): Promise<IUpload> {
    const { hasher, transport, uploads } = this.remote;
    const { destination, path, size, lastModified } = this.identity;
    try {
      const upload = await transport.create({
        destination,
        path,
        size,
        last_modified: lastModified,
        on_conflict,
        digests: hasher.algorithms
      });
      this.createLost = false;
      this.current = upload;
      uploads.own(upload.id);
      return upload;
    } catch (error) {
      this.createLost = mayHaveArrived(error);
      this.since = uploads.now;
      throw error;
    }
  }
}
