import type { IClaims } from '../ports';
import type { ITransport, IUpload } from '../wire';
import { Backoff, isRetryable } from './retry';
import { sleep } from './sleep';

/** What makes two uploads the same file for the same place. */
export interface IIdentity {
  readonly destination: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970; null when unknown. */
  readonly lastModified: number | null;
}

/** Deletions that fail are tried this often; the server's sweep gets what is left. */
const DELETE_ATTEMPTS = 6;

/** The unfinished uploads on the server, and which of them transfers of this page already have. */
export class ServerUploads {
  private readonly owned = new Set<string>();
  private latest: Promise<readonly IUpload[]> | null = null;
  /** How many lists were asked for. Counts instead of a clock: two things can happen in one millisecond. */
  private asked = 0;

  constructor(
    private readonly transport: ITransport,
    private readonly claims: IClaims
  ) {}

  /** Whether a transfer of this page has this upload. */
  isOwned(id: string): boolean {
    return this.owned.has(id);
  }

  own(id: string): void {
    this.owned.add(id);
  }

  release(id: string): void {
    this.owned.delete(id);
    this.claims.release(id);
  }

  /** Let other pages know that this one is at work on an upload. */
  claim(id: string): void {
    this.claims.claim(id);
  }

  /** Every unfinished upload but those that other pages of this browser are at work on. */
  async abandoned(): Promise<readonly IUpload[]> {
    const [elsewhere, uploads] = await Promise.all([
      this.claims.others(),
      this.list(this.now)
    ]);
    return uploads.filter(({ id }) => !elsewhere.has(id));
  }

  /** This moment, for `adopt` and `list`. */
  get now(): number {
    return this.asked;
  }

  /**
   * Take over an unfinished upload of this file that no transfer of this page has.
   *
   * @param since - a list that was asked for before this moment is too old.
   */
  async adopt(identity: IIdentity, since: number): Promise<IUpload | null> {
    const uploads = await this.list(since);
    const found = uploads.find(
      upload =>
        isSameFile(upload, identity) &&
        upload.state !== 'failed' &&
        !this.isOwned(upload.id)
    );
    if (found === undefined) {
      return null;
    }
    this.own(found.id);
    return found;
  }

  /** Every unfinished upload; transfers that were added together share one request. */
  list(since: number): Promise<readonly IUpload[]> {
    if (this.latest === null || this.asked <= since) {
      this.asked += 1;
      const listing = this.transport.list();
      this.latest = listing;
      listing.catch(() => {
        if (this.latest === listing) {
          this.latest = null;
        }
      });
    }
    return this.latest;
  }

  /** Delete an upload from the server, in spite of a few failures; one that is gone is no failure. Never rejects. */
  async discard(id: string): Promise<void> {
    const backoff = new Backoff();
    for (let attempt = 0; attempt < DELETE_ATTEMPTS; attempt += 1) {
      try {
        await this.transport.abort(id);
        break;
      } catch (error) {
        const delay = isRetryable(error) ? backoff.next(error) : null;
        if (delay === null) {
          break;
        }
        await sleep(delay);
      }
    }
    this.release(id);
  }
}

/** A path in a destination. */
export type IPlace = Pick<IIdentity, 'destination' | 'path'>;

export function isSamePlace(one: IPlace, other: IPlace): boolean {
  return one.destination === other.destination && one.path === other.path;
}

export function isSameFile(upload: IUpload, identity: IIdentity): boolean {
  return (
    isSamePlace(upload, identity) &&
    upload.size === identity.size &&
    upload.last_modified === identity.lastModified
  );
}
