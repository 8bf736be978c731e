/** What crosses the network, as the engine sees it: docs/wire.md in types. */

import type { IDirectFiles } from './directFiles';

/** A half-open range of bytes, `[start, end)`. */
export type ByteRange = readonly [start: number, end: number];

/** What to do when the target's name is taken. */
export type OnConflict = 'fail' | 'replace' | 'rename';

/** Algorithms of digests, by their names in `Content-Digest` (RFC 9530; `xxh3-128` and `crc64nvme` are ours). */
export type DigestAlgorithm = 'xxh3-128' | 'sha-256' | 'crc64nvme' | 'md5';

/** A digest as a member of `Content-Digest` (RFC 9530): `xxh3-128=:<base64>:`. */
export type Digest = string;

/** A verified chunk: `[start, end)` and the digest of its bytes. */
export type IPart = readonly [start: number, end: number, digest: Digest];

/** An upload as the server describes it (docs/wire.md, "the upload"). */
export interface IUpload {
  readonly id: string;
  readonly destination: string;
  /** Path of the file from the destination's root. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, as in `File.lastModified`; negative for older files. */
  readonly last_modified: number | null;
  readonly on_conflict: OnConflict;
  readonly state: 'receiving' | 'completing' | 'done' | 'failed';
  /** Largest chunk that the server wants, bytes. */
  readonly chunk_size: number;
  /**
   * Bytes after which the server keeps what came of a longer body without a digest; null where it wants no body
   * longer than `chunk_size`.
   */
  readonly block_size: number | null;
  /** Most chunks of this upload in flight. */
  readonly parallel: number;
  /** Bytes of a part of the store, which no chunk should cross the border of; null where chunks of any size are as good. */
  readonly part_size: number | null;
  /** Whether whole parts may go straight to the store, past the server. */
  readonly direct: boolean;
  readonly received: readonly ByteRange[];
  readonly received_bytes: number;
  /** Algorithm of the digests that chunks must bring, as agreed at creation; null when none was. */
  readonly digest: DigestAlgorithm | null;
  /** Every chunk that was verified, in order of start; absent in a list. */
  readonly parts?: readonly IPart[];
  /** Those of them whose digests nobody but the server has stated yet; absent in a list. */
  readonly unconfirmed?: readonly ByteRange[];
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly updated: string;
  /** Null for never. */
  readonly expires: string | null;
  readonly error: { readonly message: string; readonly reason: string } | null;
}

/** What the server acknowledges after a chunk. */
export interface IChunkReceipt {
  /** The ranges that this chunk is in by now, not all that there are. */
  readonly received: readonly ByteRange[];
  readonly received_bytes: number;
}

export interface ICreateRequest {
  readonly destination: string;
  readonly path: string;
  readonly size: number;
  readonly last_modified: number | null;
  readonly on_conflict: OnConflict;
  /** What the page can compute, in order of preference. */
  readonly digests: readonly DigestAlgorithm[];
}

/** How far a digest of a finished file on the server is: the digest, or the bytes read so far. */
export type IDigestProgress =
  | { readonly digest: Digest; readonly size: number }
  | { readonly checked: number; readonly size: number };

/** One file of a batch: its bytes stand in the body at its turn. */
export interface IBatchFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly last_modified: number;
  /** Null where the page can compute none. */
  readonly digest: Digest | null;
  readonly on_conflict: OnConflict;
}

/** What a batch brings. */
export interface IBatchManifest {
  /** Folders to make where they are missing; those of its files are made by themselves. */
  readonly folders: readonly string[];
  readonly files: readonly IBatchFile[];
}

/** The server's error, as its JSON has it. */
export interface IErrorFields {
  readonly reason: string;
  readonly message: string;
  readonly retryable?: boolean;
  /** Bytes of the file that has the name, of an `exists`. */
  readonly size?: number | null;
}

/** What became of one file, or folder, of a batch. */
export type IBatchOutcome =
  | {
      readonly state: 'done';
      readonly path: string;
      /** The very file was there already, and nothing was written. */
      readonly identical?: boolean;
    }
  | { readonly state: 'failed'; readonly error: IErrorFields };

export interface IBatchReceipt {
  readonly folders: readonly IBatchOutcome[];
  readonly files: readonly IBatchOutcome[];
}

/** A file to look up in a destination. */
export interface ILookedUp {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Of its bytes, where they are to be compared. */
  readonly digest?: Digest | undefined;
}

/** What has the name of a file that was looked up. */
export interface IExisting {
  /** Of the file, among those that were asked for. */
  readonly index: number;
  readonly kind: 'file' | 'folder' | 'other';
  /** Bytes, of a file. */
  readonly size: number | null;
  /** Milliseconds since 1970; null when unknown. */
  readonly last_modified: number | null;
  /** Whether its bytes have the digest; null where that was not asked for, or can't be told. */
  readonly identical: boolean | null;
}

/** The server's answer, or the lack of one, as an exception. */
export class TransportError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 when no answer came (network, timeout). */
    readonly status: number,
    /** Stable code of the server's error (docs/wire.md), or `network`, `timeout`, `gateway`, `http`. */
    readonly reason: string,
    /** What the server says about retrying; undefined when it does not. */
    readonly retryable?: boolean,
    /** The rest of the server's JSON error. */
    readonly details: Readonly<Record<string, unknown>> = {},
    /** Milliseconds that the answer asks to wait (`Retry-After`). */
    readonly retryAfter?: number
  ) {
    super(message);
    this.name = 'TransportError';
  }
}

/** Whether it says that what answers did not reach the server, or not in time (RFC 9110, 15.6). */
export function isGatewayError(status: number): boolean {
  return status >= 502 && status <= 504;
}

/** How bytes are sent. */
export interface ISendOptions {
  /** Null when the two sides agreed on none. */
  readonly digest: Digest | null;
  readonly signal: AbortSignal;
  /** Called with the bytes of this body that have left so far. */
  readonly onProgress: (sent: number) => void;
}

/** What is said of a file whose bytes are all there. */
export interface ICompleteOptions {
  readonly onConflict?: OnConflict | undefined;
  /** Of all parts (docs/wire.md, "the composite"); the server compares it with its own. */
  readonly composite?: string | undefined;
  /** Of the parts that came without a digest, should the composite differ. */
  readonly digests?: readonly IPart[] | undefined;
}

/** How a part is sent straight to the store. */
export interface ISendPartOptions extends ISendOptions {
  /**
   * Do what needs the link once there is room on it: what comes before and after keeps nobody waiting.
   *
   * @returns null, without doing it, when nothing more is to be begun.
   */
  readonly inTurn: <T>(send: () => Promise<T>) => Promise<T | null>;
}

/** The way to the server. Every method rejects with `TransportError`, or with an `AbortError` once `signal` fires. */
export interface ITransport {
  /** @param idempotencyKey - a second request with the same one is answered with the upload that the first one created. */
  create(request: ICreateRequest, idempotencyKey: string): Promise<IUpload>;
  status(id: string, signal?: AbortSignal): Promise<IUpload>;
  /** All uploads that are not finished, over all pages. */
  list(signal?: AbortSignal): Promise<readonly IUpload[]>;
  /** Send the bytes of `range` to the server. */
  sendChunk(
    upload: IUpload,
    range: ByteRange,
    body: Blob,
    options: ISendOptions
  ): Promise<IChunkReceipt>;
  /** Whether `sendPart` works for an upload, as far as is known now. */
  takesParts(upload: IUpload, signal: AbortSignal): Promise<boolean>;
  /**
   * Send the bytes of `range`, one whole part, straight to the store. Rejects with the reason `rerouted` when
   * the store turns out not to let this page do so; then `takesParts` says no from now on.
   *
   * @returns null when it was not its turn any more.
   */
  sendPart(
    upload: IUpload,
    range: ByteRange,
    body: Blob,
    options: ISendPartOptions
  ): Promise<IChunkReceipt | null>;
  complete(
    id: string,
    options: ICompleteOptions,
    signal?: AbortSignal
  ): Promise<IUpload>;
  abort(id: string): Promise<void>;
  /** Send many small files in one request. @param bytes - of each file, in their order. */
  sendBatch(
    destination: string,
    manifest: IBatchManifest,
    bytes: readonly Uint8Array<ArrayBuffer>[],
    options: Omit<ISendOptions, 'digest'>
  ): Promise<IBatchReceipt>;
  /** Small files past the server. */
  readonly directFiles: IDirectFiles;
  /** Which of `files` have names that are taken; the others are not in the answer. */
  existing(
    destination: string,
    files: readonly ILookedUp[],
    signal?: AbortSignal
  ): Promise<readonly IExisting[]>;
  /** Remove those of `files` that are just as they were sent, and then those of `folders` that are empty. */
  remove(
    destination: string,
    files: readonly ILookedUp[],
    folders: readonly string[],
    signal?: AbortSignal
  ): Promise<void>;
  /** The digest of a finished file; the server may take several requests to read it. */
  digest(
    path: string,
    algorithm: DigestAlgorithm,
    destination: string,
    signal?: AbortSignal
  ): Promise<IDigestProgress>;
}
