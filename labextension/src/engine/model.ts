/** What the engine shows of transfers, and what can be done with them. */

import type { IListenable } from './emitter';
import type { ISource, ITree } from './ports';

/** The picked file is not the one that the unfinished upload was begun with. */
export class SourceMismatchError extends Error {
  constructor(
    message: string,
    /** What the unfinished upload expects. */
    readonly expected: {
      readonly name: string;
      readonly size: number;
      readonly lastModified: number | null;
    }
  ) {
    super(message);
    this.name = 'SourceMismatchError';
  }
}

/** What a person decides when a name is taken. */
export type ConflictDecision = 'replace' | 'rename' | 'skip';

/**
 * Where a transfer stands.
 *
 * - `queued`: waits for its turn.
 * - `uploading`: bytes move (creating the upload counts too).
 * - `waiting`: something failed that passes by itself; it will try again at `retryAt`.
 * - `conflict`: the person is being asked.
 * - `paused`: by the person.
 * - `comparing`: a file of the same name and size is there; its digest is held against this one's.
 * - `finishing`: all bytes are there; the server completes the file.
 * - `unfinished`: the server has part of it from an earlier visit, but this page has no file yet;
 *   resuming needs the person to pick it again.
 * - `done`, `failed`, `skipped`, `cancelled`: over. `failed` may be retried.
 */
export type TransferState =
  | 'queued'
  | 'uploading'
  | 'waiting'
  | 'conflict'
  | 'paused'
  | 'comparing'
  | 'finishing'
  | 'unfinished'
  | 'done'
  | 'failed'
  | 'skipped'
  | 'cancelled';

/** Nothing happens any more, unless a person retries. */
export function isOver(state: TransferState): boolean {
  return ['done', 'failed', 'skipped', 'cancelled'].includes(state);
}

/** A transfer at one moment; immutable. A change makes a new one, so `===` tells whether a row must render. */
export interface ITransfer {
  /** Of this page; not the server's upload id. Never reused. */
  readonly key: string;
  readonly name: string;
  /** Where it goes, by the name that the server gives the place. */
  readonly destination: string;
  /** Folder from the destination's root, '' for the root. */
  readonly folder: string;
  /** The final path, which `rename` may change at the end. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes that are there or on their way; never runs backwards while the transfer lives. */
  readonly sent: number;
  /** Bytes a second over the last few seconds; null while unknown. */
  readonly rate: number | null;
  /** Seconds; null while unknown. */
  readonly timeLeft: number | null;
  readonly state: TransferState;
  /**
   * Why it waits or failed. `reason` is the server's (docs/wire.md), one of `TransportError`'s own,
   * `source_unreadable` (the file changed or was removed on this computer), `offline`, `stalled` (no byte moved
   * for too long), or `internal`. `unauthorized` in state `waiting`: the login has expired; it goes on by itself
   * once the person has logged in again. In state `unfinished`, `source_changed`: the file that was picked for this
   * path is not the one that the upload was begun with, so it can't go on with that.
   */
  readonly error: { readonly reason: string; readonly message: string } | null;
  /** Milliseconds since 1970, in state `waiting`. */
  readonly retryAt: number | null;
  /** ISO 8601: last sign of life on the server and day of expiry, in state `unfinished`. */
  readonly updated: string | null;
  readonly expires: string | null;
  /** In state `unfinished`: the file is kept (`IResumeStore`), so that resuming needs no picking. */
  readonly remembered: boolean;
  /** Something between here and the server holds back each request over HTTP/2; or did, while this was sent. */
  readonly isHeldByWindow: boolean;
  /** In state `done`: the very same file was there already, and nothing was sent. */
  readonly identical: boolean;
  /** In state `conflict`: what the server said of the file that has the name. */
  readonly existing: {
    /** Bytes; null when unknown, or for a folder. */
    readonly size: number | null;
    /** Whether both can be kept. */
    readonly canRename: boolean;
  } | null;
  /** The file's SHA-256, once a person asked for it; null before. */
  readonly checksum: IChecksum | null;
  /** Which buttons apply. */
  readonly can: {
    readonly pause: boolean;
    readonly resume: boolean;
    readonly cancel: boolean;
    readonly retry: boolean;
    /** Compute the SHA-256: the file is there. */
    readonly checksum: boolean;
  };
}

/** The SHA-256 of a file, as `sha256sum` prints it: on the server, and of the file on this computer. */
export interface IChecksum {
  readonly state: 'computing' | 'done' | 'failed';
  /** 0 to 1. */
  readonly progress: number;
  /** Lower-case hex; null while unknown. */
  readonly onServer: string | null;
  /** Null while unknown, and for good when the file can't be read any more. */
  readonly onThisComputer: string | null;
  readonly error: { readonly reason: string; readonly message: string } | null;
}

/** All transfers that are under way or unfinished, in one figure. */
export interface ITotals {
  readonly files: number;
  readonly active: number;
  readonly done: number;
  readonly failed: number;
  /** Bytes of all transfers that are not cancelled, skipped or failed. */
  readonly size: number;
  readonly sent: number;
  readonly rate: number | null;
  readonly timeLeft: number | null;
}

/** What the user interface sees of the engine. */
export interface ITransfers {
  /** Newest state of every transfer, in the order in which they were added. */
  readonly transfers: readonly ITransfer[];
  readonly totals: ITotals;
  /** Something in `transfers` or `totals` changed; at most about four times a second. */
  readonly changed: IListenable<void>;
  /** Once for each file that arrived, with its final path. */
  readonly finished: IListenable<ITransfer>;
  /** Whether bytes move or are about to; then leaving the page loses time. */
  readonly busy: boolean;
  /** Whether files are sent faster that are picked without handles, and so can't be opened again on a later visit. */
  readonly areHandlesSlow: boolean;

  /**
   * Add files that were picked together. An unfinished upload to the same place, of the same size and modification
   * time, goes on.
   *
   * @param folder - from the destination's root, '' for the root.
   * @param destination - `HOME` by default.
   * @returns one transfer for each source, in their order.
   */
  add(
    sources: readonly ISource[],
    folder: string,
    destination?: string
  ): readonly ITransfer[];
  /** Add a folder, or many files, as one transfer. */
  addTree(tree: ITree, folder: string, destination?: string): ITransfer;
  /** Fetch unfinished uploads from the server and show those that no page of this browser is at work on. */
  restore(): Promise<void>;
  pause(key: string): void;
  /** Compute the SHA-256 of a transfer that is done, on both sides; shown in its `checksum`. Never rejects. */
  computeChecksum(key: string): Promise<void>;
  /**
   * Go on with an `unfinished` transfer whose file is `remembered`; call it from a click.
   *
   * @returns false when the file can't be had that way, and must be picked. Rejects with `SourceMismatchError` when it has changed.
   */
  resumeRemembered(key: string): Promise<boolean>;
  /** Go on; an `unfinished` transfer needs `source`, which must match its name, size and modification time, or this throws `SourceMismatchError`. */
  resume(key: string, source?: ISource): void;
  cancel(key: string): Promise<void>;
  retry(key: string): void;
  pauseAll(): void;
  resumeAll(): void;
  /** Take `done`, `failed`, `skipped` and `cancelled` transfers off the list. */
  clearFinished(): void;
}
