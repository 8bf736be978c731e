/** What the engine shows of transfers, and what can be done with them. */

import type { IListenable } from './emitter';
import type { OperationState } from './operations/model';
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

/** What a person decides about all names of a tree that are taken; `changed`: skip what is identical, replace the rest. */
export type TreeDecision = ConflictDecision | 'changed' | 'each';

/**
 * Where one file of a tree stands.
 *
 * - `queued`: waits for its turn.
 * - `conflict`: its name is taken, and the person is being asked.
 * - `sending`: it is on its way.
 * - `new`, `replaced`, `renamed`, `identical`: it is at its place; nothing was there, or another file was, which is gone
 *   or kept beside it, or this very file was.
 * - `skipped`: by the person. `left-out`: the server takes no hidden files.
 * - `failed`: it may be retried.
 */
export type TreeEntryState =
  | 'queued'
  | 'conflict'
  | 'sending'
  | 'new'
  | 'replaced'
  | 'renamed'
  | 'identical'
  | 'skipped'
  | 'left-out'
  | 'failed';

/** One file of a tree. It changes as the file moves on. */
export interface ITreeEntry {
  /** From the folder that the tree is put into. A folder that could not be made ends with a slash. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly state: TreeEntryState;
  readonly error: ITransfer['error'];
  /** Of a large file while it is sent: how far it is. */
  readonly transfer: ITransfer | null;
}

/** How far the files of a tree are, by their states. */
export interface ITreeProgress {
  /** False while they are being listed; then `files` are those found so far. */
  readonly isListed: boolean;
  readonly files: number;
  /** Those that are not over. */
  readonly left: number;
  readonly new: number;
  readonly replaced: number;
  readonly renamed: number;
  readonly identical: number;
  readonly skipped: number;
  readonly leftOut: number;
  readonly failed: number;
  /** Null while unknown. */
  readonly filesPerSecond: number | null;
}

/**
 * Where a transfer stands.
 *
 * - `listing`: its files are being found (a tree).
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
  | 'listing'
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
export function isOver(state: TransferState | OperationState): boolean {
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
  /** Milliseconds since 1970; null where it is not known, and for a tree. */
  readonly lastModified: number | null;
  /** Bytes that would survive if the page or the server went away now. */
  readonly acknowledged: number;
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
  /** The server's id of the upload, once it has begun; null for a tree. */
  readonly uploadId: string | null;
  /** In state `done`: the very same file was there already, and nothing was sent. */
  readonly identical: boolean;
  /** In state `conflict`: what the server said of the file that has the name. */
  readonly existing: {
    /** Bytes; null when unknown, or for a folder. */
    readonly size: number | null;
    /** Whether both can be kept. */
    readonly canRename: boolean;
  } | null;
  /** Of a transfer of many files; null for one. Their common folder has the name, '' where they have none. */
  readonly tree: ITreeProgress | null;
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

/** What is being worked on, or was last, in one figure: transfers that were over before it began do not count. */
export interface ITotals {
  /** Files, also those of trees, that are not cancelled, skipped or failed. */
  readonly files: number;
  /** Transfers under way. */
  readonly active: number;
  /** Files. */
  readonly done: number;
  readonly failed: number;
  /** Bytes of all transfers that are not cancelled, skipped or failed. */
  readonly size: number;
  readonly sent: number;
  readonly rate: number | null;
  /** Of trees, whose files may be so small that bytes say little. */
  readonly filesPerSecond: number | null;
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
   * @returns one transfer for each source, in their order; but many small ones are one, which comes first.
   */
  add(
    sources: readonly ISource[],
    folder: string,
    destination?: string
  ): readonly ITransfer[];
  /** Add a folder, or many files, as one transfer. */
  addTree(tree: ITree, folder: string, destination?: string): ITransfer;
  /** The files of a tree, those that need a look first; empty for a transfer of one file. Another array once a state changed. */
  entries(key: string): readonly ITreeEntry[];
  /** Fetch unfinished uploads from the server and show those that no page of this browser is at work on. */
  restore(): Promise<void>;
  pause(key: string): void;
  /** Compute the SHA-256 of a transfer that is done, on both sides; shown in its `checksum`. Never rejects. */
  computeChecksum(key: string): Promise<void>;
  /**
   * Go on with an `unfinished` transfer whose file, or folder, is `remembered`; call it from a click.
   *
   * @returns false when the file can't be had that way, and must be picked. Rejects with `SourceMismatchError` when it has changed.
   */
  resumeRemembered(key: string): Promise<boolean>;
  /** Go on; an `unfinished` transfer needs `source`, which must match its name, size and modification time, or this throws `SourceMismatchError`. */
  resume(key: string, source?: ISource): void;
  /** @param options.removesArrived - of a tree, also what has arrived of it. Resolves when all is removed that can be. */
  cancel(
    key: string,
    options?: { readonly removesArrived: boolean }
  ): Promise<void>;
  retry(key: string): void;
  pauseAll(): void;
  resumeAll(): void;
  /** Take `done`, `failed`, `skipped` and `cancelled` transfers off the list. */
  clearFinished(): void;
}
