/**
 * What the engine needs from outside, and what it shows to the outside.
 *
 * The engine imports nothing of JupyterLab: it is handed a transport, sources and a
 * conflict resolver that implement these interfaces. docs/wire.md describes the fields
 * of everything that crosses the network.
 */

/** A half-open range of bytes, `[start, end)`. */
export type ByteRange = readonly [start: number, end: number];

/** What to do when the target's name is taken. */
export type OnConflict = 'fail' | 'replace' | 'rename';

/** An upload as the server describes it (docs/wire.md, "the upload"). */
export interface IUpload {
  readonly id: string;
  readonly destination: string;
  /** Path of the file from the server's root folder. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, as in `File.lastModified`. */
  readonly last_modified: number | null;
  readonly on_conflict: OnConflict;
  readonly state: 'receiving' | 'completing' | 'done' | 'failed';
  /** Largest chunk that the server wants, bytes. */
  readonly chunk_size: number;
  /** Most chunks of this upload in flight. */
  readonly parallel: number;
  readonly received: readonly ByteRange[];
  readonly received_bytes: number;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly updated: string;
  readonly expires: string | null;
  readonly error: { readonly message: string; readonly reason: string } | null;
}

/** What the server acknowledges after a chunk. */
export interface IChunkReceipt {
  readonly received: readonly ByteRange[];
  readonly received_bytes: number;
}

export interface ICreateRequest {
  readonly path: string;
  readonly size: number;
  readonly last_modified: number | null;
  readonly on_conflict: OnConflict;
}

/** The server's answer, or the lack of one, as an exception. */
export class TransportError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 when no answer came (network, timeout). */
    readonly status: number,
    /** Stable code of the server's error (docs/wire.md), or `network`, `timeout`, `http`. */
    readonly reason: string,
    /** What the server says about retrying; undefined when it said nothing. */
    readonly retryable?: boolean,
    /** The rest of the server's JSON error. */
    readonly details: Readonly<Record<string, unknown>> = {}
  ) {
    super(message);
    this.name = 'TransportError';
  }
}

/** The way to the server. Every method rejects with `TransportError`, or with an `AbortError` once `signal` fires. */
export interface ITransport {
  create(request: ICreateRequest, signal?: AbortSignal): Promise<IUpload>;
  status(id: string, signal?: AbortSignal): Promise<IUpload>;
  /** Uploads that are not finished. */
  list(signal?: AbortSignal): Promise<readonly IUpload[]>;
  /**
   * Send the bytes of `range`.
   *
   * @param onProgress - called with the bytes of this body that have left so far.
   */
  sendChunk(
    upload: IUpload,
    range: ByteRange,
    body: Blob,
    options: {
      signal: AbortSignal;
      onProgress: (sent: number) => void;
    }
  ): Promise<IChunkReceipt>;
  complete(
    id: string,
    onConflict?: OnConflict,
    signal?: AbortSignal
  ): Promise<IUpload>;
  abort(id: string): Promise<void>;
}

/** Bytes to upload: a picked file, an entry of a dropped folder, or what a test makes up. */
export interface ISource {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /** A piece of it, without reading it: `[start, end)`. */
  slice(start: number, end: number): Blob;
}

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

/** Asks the person; one question at a time, the engine sees to that. */
export interface IConflictResolver {
  /**
   * @param remaining - how many further transfers of the same batch may meet the same question
   *   (0: do not offer "for all").
   * @returns the decision, and whether it holds for the rest of the batch.
   */
  resolve(
    transfer: ITransfer,
    remaining: number
  ): Promise<{ decision: ConflictDecision; forAll: boolean }>;
}

/**
 * Where a transfer stands.
 *
 * - `queued`: waits for its turn.
 * - `uploading`: bytes move (creating the upload counts too).
 * - `waiting`: something failed that passes by itself; it will try again at `retryAt`.
 * - `conflict`: the person is being asked.
 * - `paused`: by the person.
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
  | 'finishing'
  | 'unfinished'
  | 'done'
  | 'failed'
  | 'skipped'
  | 'cancelled';

/** A transfer at one moment; immutable. A change makes a new one, so `===` tells whether a row must render. */
export interface ITransfer {
  /** Of this page; not the server's upload id. Never reused. */
  readonly key: string;
  readonly name: string;
  /** Folder from the server's root, '' for the root. */
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
   * `source_unreadable` (the file changed or was removed on this computer), or `internal`.
   */
  readonly error: { readonly reason: string; readonly message: string } | null;
  /** Milliseconds since 1970, in state `waiting`. */
  readonly retryAt: number | null;
  /** ISO 8601: last sign of life on the server and day of expiry, in state `unfinished`. */
  readonly updated: string | null;
  readonly expires: string | null;
  /** Which buttons apply. */
  readonly can: {
    readonly pause: boolean;
    readonly resume: boolean;
    readonly cancel: boolean;
    readonly retry: boolean;
  };
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

/** A listener and how to stop it: the engine's only event mechanism. */
export interface IListenable<T> {
  /** @returns a function that ends the subscription. */
  subscribe(listener: (value: T) => void): () => void;
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

  /** Add files that were picked together. An unfinished upload of the same path, size and modification time goes on. */
  add(sources: readonly ISource[], folder: string): readonly ITransfer[];
  /** Fetch unfinished uploads from the server and show those that this page does not know. */
  restore(): Promise<void>;
  pause(key: string): void;
  /** Go on; an `unfinished` transfer needs `source`, which must match its name, size and modification time, or this throws `SourceMismatchError`. */
  resume(key: string, source?: ISource): void;
  cancel(key: string): Promise<void>;
  retry(key: string): void;
  pauseAll(): void;
  resumeAll(): void;
  /** Take `done`, `failed`, `skipped` and `cancelled` transfers off the list. */
  clearFinished(): void;
}
