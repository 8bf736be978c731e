import { Failure } from '../errors';
import type { IHasher, IResumeStore, ISource } from '../ports';
import { mayHaveArrived } from '../retrying/policy';
import { Retry } from '../retrying/retry';
import { newIdempotencyKey } from './idempotencyKey';
import type { IIdentity, ServerUploads } from './serverUploads';
import type {
  ICompleteOptions,
  ITransport,
  IUpload,
  OnConflict
} from '../wire';

/** Attempts to hear of an upload that is to be deleted and whose creation was never answered; the server's sweep gets what is left. */
const CREATE_ATTEMPTS = 6;

export interface IRemote {
  readonly transport: ITransport;
  readonly hasher: IHasher;
  readonly resumeStore: IResumeStore;
  readonly uploads: ServerUploads;
}

/** One transfer's upload on the server: found or created, read again after a fault, completed or deleted. */
export class RemoteUpload {
  /** Of the upload that this transfer makes: however often it is created, there is one. */
  private key = newIdempotencyKey();
  /** The list of unfinished uploads, until it has been looked at. */
  private list: (() => Promise<readonly IUpload[]>) | null;
  /** An upload may have been created of which this page does not know. */
  private isCreateUnanswered = false;
  private isCompleteUnanswered = false;
  private restarted = false;
  /** A person has asked to try again since the last time that it was opened. */
  private retried = false;
  /** The upload whose file the resume store has been given. */
  private remembered: string | null = null;

  /** @param list - see `ServerUploads.sharedList`. */
  constructor(
    private readonly remote: IRemote,
    private readonly identity: IIdentity,
    private current: IUpload | null,
    list: () => Promise<readonly IUpload[]>
  ) {
    this.list = list;
    if (current !== null) {
      remote.uploads.own(current.id);
    }
  }

  get upload(): IUpload | null {
    return this.current;
  }

  /**
   * The upload as the server sees it now. An unfinished one of the same file, from an earlier visit, is
   * taken over; otherwise one is created.
   *
   * @param source - is kept for a later visit.
   * @param signal - does not stop a creation: only its answer tells what to delete later.
   */
  async open(
    source: ISource,
    onConflict: OnConflict,
    retry: Retry,
    signal: AbortSignal
  ): Promise<IUpload> {
    const upload = await this.findOrCreate(onConflict, retry, signal);
    this.remote.uploads.claim(upload.id);
    if (this.remembered !== upload.id) {
      this.remembered = upload.id;
      void this.remote.resumeStore.remember(upload.id, source);
    }
    return upload;
  }

  /** Give the file its name. */
  async complete(upload: IUpload, options: ICompleteOptions): Promise<IUpload> {
    try {
      return await this.remote.transport.complete(upload.id, options);
    } catch (error) {
      this.isCompleteUnanswered ||= mayHaveArrived(error);
      throw error;
    }
  }

  /**
   * The server, or its store, says that it does not know the upload. Forget it, so that a new one is created.
   *
   * @returns whether to go on: not a second time before a person asks for it, and not when the file may
   *   have been completed, for then sending it all again could make a second copy.
   */
  async restart(): Promise<boolean> {
    const goOn = !this.restarted && !this.isCompleteUnanswered;
    this.restarted = true;
    if (goOn) {
      // Where the store alone has lost it, the server would go on listing it.
      await this.discard();
    }
    this.end();
    return goOn;
  }

  /** A person asks to try again: what may be done only once may be done once more. */
  allowRestart(): void {
    this.retried = true;
    this.restarted = false;
    this.isCompleteUnanswered = false;
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
    if (this.current !== null) {
      this.remote.uploads.release(this.current.id);
    }
    this.forget();
  }

  /** Delete what there is of it on the server. Never rejects. */
  async discard(): Promise<void> {
    const { resumeStore, uploads } = this.remote;
    if (this.current === null && this.isCreateUnanswered) {
      // The same request once more is told the same upload.
      await this.create('fail', new Retry({ attempts: CREATE_ATTEMPTS })).catch(
        () => undefined
      );
    }
    if (this.current !== null) {
      const { id } = this.current;
      this.forget();
      void resumeStore.forget(id);
      await uploads.discard(id);
    }
  }

  private async findOrCreate(
    onConflict: OnConflict,
    retry: Retry,
    signal: AbortSignal
  ): Promise<IUpload> {
    const { transport, uploads } = this.remote;
    const { list, retried } = this;
    this.retried = false;
    if (this.current === null && list !== null) {
      const unfinished = await retry.run(list, signal);
      this.list = null;
      this.current = uploads.adopt(unfinished, this.identity);
    }
    const { current } = this;
    if (current === null) {
      signal.throwIfAborted();
      return this.create(onConflict, retry, signal);
    }
    const upload = await retry.run(
      () => transport.status(current.id, signal),
      signal
    );
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
    return this.create(onConflict, retry, signal);
  }

  private async create(
    on_conflict: OnConflict,
    retry: Retry,
    signal?: AbortSignal
  ): Promise<IUpload> {
    const { hasher, transport, uploads } = this.remote;
    const { destination, path, size, lastModified } = this.identity;
    const request = {
      destination,
      path,
      size,
      last_modified: lastModified,
      on_conflict,
      digests: hasher.algorithms
    };
    const upload = await retry.run(async () => {
      try {
        const created = await transport.create(request, this.key);
        this.isCreateUnanswered = false;
        return created;
      } catch (error) {
        this.isCreateUnanswered ||= mayHaveArrived(error);
        throw error;
      }
    }, signal);
    if (uploads.isOwned(upload.id)) {
      // Found in a list, and taken over, by another transfer of the same file.
      this.key = newIdempotencyKey();
      return this.create(on_conflict, retry, signal);
    }
    this.current = upload;
    uploads.own(upload.id);
    return upload;
  }

  /** What is made from now on is another upload. */
  private forget(): void {
    this.current = null;
    this.isCreateUnanswered = false;
    this.key = newIdempotencyKey();
  }
}
