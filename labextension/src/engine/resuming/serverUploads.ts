import type { IClaims } from '../ports';
import { Retry } from '../retrying/retry';
import type { ITransport, IUpload } from '../wire';

/** What makes two uploads the same file for the same place. */
export interface IIdentity {
  readonly destination: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970; null when unknown. */
  readonly lastModified: number | null;
}

/** The server's sweep gets what is left. */
const DELETE_ATTEMPTS = 6;

/** The unfinished uploads on the server, and which of them transfers of this page already have. */
export class ServerUploads {
  private readonly owned = new Set<string>();

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
      this.transport.list()
    ]);
    return uploads.filter(({ id }) => !elsewhere.has(id));
  }

  /** A list for transfers that were added together: one request, made when the first of them asks. */
  sharedList(): () => Promise<readonly IUpload[]> {
    let listing: Promise<readonly IUpload[]> | null = null;
    return () => {
      listing ??= this.transport.list().catch((error: unknown) => {
        listing = null;
        throw error;
      });
      return listing;
    };
  }

  /** Take over the unfinished upload of a file, if there is one that no transfer of this page has. */
  adopt(uploads: readonly IUpload[], identity: IIdentity): IUpload | null {
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

  /** Delete an upload from the server, in spite of a few failures; one that is gone is no failure. Never rejects. */
  async discard(id: string): Promise<void> {
    await new Retry({ attempts: DELETE_ATTEMPTS })
      .run(() => this.transport.abort(id))
      .catch(() => undefined);
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
