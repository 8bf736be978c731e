/**
 * What the engine needs from outside.
 *
 * The engine imports nothing of JupyterLab: it is handed what implements these interfaces, and
 * the transport of wire.ts.
 */

import type { IListenable } from './emitter';
import type { ConflictDecision, ITransfer, TreeDecision } from './model';
import type { Digest, DigestAlgorithm } from './wire';

/** The destination that every server has: its own folders. */
export const HOME = 'home';

/** What was read of small files. */
export interface IReadFiles {
  /** Their bytes one behind the other, without those of files that could not be read. */
  readonly bytes: ArrayBuffer;
  /** Of each, in the order in which they were given; null for one that changed, was removed, or can't be read. */
  readonly files: readonly (IReadFile | null)[];
}

export interface IReadFile {
  /** Bytes. */
  readonly size: number;
  /** Null where no algorithm was asked for. */
  readonly digest: Digest | null;
}

/** Computes digests off the UI thread. */
export interface IHasher {
  /** What it can compute, the best first. */
  readonly algorithms: readonly DigestAlgorithm[];
  /**
   * The digest of all bytes of `blob`, read piece by piece.
   *
   * Rejects with an `AbortError` once `signal` fires, and with a `Failure` of reason `source_unreadable`
   * when the file changed or was removed.
   *
   * @param options.onProgress - called now and then with the bytes read so far.
   */
  digest(
    algorithm: DigestAlgorithm,
    blob: Blob,
    options: {
      signal: AbortSignal;
      /** Nothing waits for it: it stands still while there are others. */
      background?: boolean;
      onProgress?: (read: number) => void;
    }
  ): Promise<Digest>;
  /**
   * Read small files whole, each once, with its digest. Rejects with an `AbortError` once `signal` fires.
   *
   * @param algorithm - null for no digests.
   */
  readAll(
    algorithm: DigestAlgorithm | null,
    files: readonly Blob[],
    signal: AbortSignal
  ): Promise<IReadFiles>;
}

/** Whether the computer has a network, as far as the browser knows. */
export interface INetwork {
  readonly online: boolean;
  /**
   * How requests travel to the server, or to the proxy before it, as `PerformanceResourceTiming` names it
   * (`http/1.1`, `h2`, `h3`); null while unknown.
   */
  readonly protocol: string | null;
  /** `online` may have changed, or the computer woke up: what waits is worth trying now. */
  readonly changed: IListenable<void>;
}

/** Which uploads the pages of this browser are at work on. */
export interface IClaims {
  /** This page is at work on an upload, until it releases it or goes away. */
  claim(uploadId: string): void;
  release(uploadId: string): void;
  /** Those that other pages alone have claimed. Never rejects. */
  others(): Promise<ReadonlySet<string>>;
}

/** Keeps what must outlive the page: files that can be opened again without picking, and what was learnt of the link. */
export interface IResumeStore {
  /** Keep the file of an upload, where the source allows it. Never rejects. */
  remember(uploadId: string, source: ISource): Promise<void>;
  /** Ids of the uploads whose files are kept. Never rejects. */
  remembered(): Promise<ReadonlySet<string>>;
  /**
   * The file of an upload as it is now; asks the person for permission where the browser wants that,
   * so it must be called from a click. Null when it can't be had: not kept, not allowed, or removed.
   */
  recall(uploadId: string): Promise<ISource | null>;
  /** Never rejects. */
  forget(uploadId: string): Promise<void>;
  /**
   * Keep what was picked until it is over, or the server knows of it; kept once more, it is what is known by then.
   * Never rejects.
   *
   * @param handle - opens it again; null where nothing does, undefined for what was kept before.
   */
  rememberPick(pick: IPick, handle: unknown): Promise<void>;
  /** What is kept, and whether it can be opened again without picking. Never rejects. */
  picks(): Promise<readonly (IPick & { readonly remembered: boolean })[]>;
  /** What was picked, as it is now; as `recall`. */
  recallPick(id: string): Promise<ISource | ITree | null>;
  /** Never rejects. */
  forgetPick(id: string): Promise<void>;
  /** What an earlier visit learnt of the way to the server. Never rejects. */
  link(): Promise<ILink>;
  /** Keep what is new; the rest stays. Never rejects. */
  rememberLink(learnt: ILink): Promise<void>;
}

/** Something that a person picked. */
export interface IPick {
  readonly id: string;
  readonly kind: 'file' | 'tree';
  readonly destination: string;
  /** From the destination's root, '' for the root. */
  readonly folder: string;
  /** Of a tree '' where its files were picked side by side. */
  readonly name: string;
  /** Bytes; 0 while unknown. */
  readonly size: number;
  /** Milliseconds since 1970; null for a tree. */
  readonly lastModified: number | null;
  /** Files of a tree; 0 while unknown. */
  readonly files: number;
}

/** What is known of the way to a server. */
export interface ILink {
  /** Largest body that gets through, bytes. */
  readonly largestBody?: number;
  /** Bytes a second, at the last time. */
  readonly rate?: number;
  /** How many chunks in flight filled it. */
  readonly chunksAtOnce?: number;
}

/** Bytes to upload: a picked file, an entry of a dropped folder, or what a test makes up. */
export interface ISource {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /** A `FileSystemFileHandle`, where the browser gave one: it opens the file again on a later visit. */
  readonly handle?: unknown;
  /**
   * All of it, as a body that the browser reads on a way of its own, which is faster than any slice (ADR 21); null
   * where it has none.
   */
  readonly whole?: Blob | null;
  /** A piece of it, without reading it: `[start, end)`. */
  slice(start: number, end: number): Blob;
}

/** A file of a tree, as it was found. */
export interface ITreeFile {
  /** From the folder that the tree is put into, with `/`; begins with the tree's name, where it has one. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /**
   * Open it as it is now; only when its turn comes, because a hundred thousand open files take a browser's memory.
   * Rejects when that is not possible.
   */
  open(): Promise<ISource>;
}

/** What was found in a tree. */
export interface ITreeListing {
  readonly files: readonly ITreeFile[];
  /** Paths of all its folders, as of files: nothing else tells of those that are empty. */
  readonly folders: readonly string[];
  /** What could not be read, and why. */
  readonly unread: readonly {
    readonly path: string;
    readonly message: string;
  }[];
}

/** A folder, or many files, that a person picked or dropped. */
export interface ITree {
  /** The folder's; '' for files that were picked side by side. */
  readonly name: string;
  /**
   * A `FileSystemDirectoryHandle`, where the browser gave one: it opens the folder again on a later visit. Undefined,
   * perhaps only once the tree is listed, where it would not lead to all of it.
   */
  readonly handle?: unknown;
  /**
   * Find all that is in it; rejects with an `AbortError` once `signal` fires. What can't be read is in `unread`.
   *
   * @param options.onFound - called now and then with the number of files so far.
   */
  list(options: {
    signal: AbortSignal;
    onFound: (files: number) => void;
  }): Promise<ITreeListing>;
}

/** Asks the person; one question at a time, the engine sees to that. */
export interface IConflictResolver {
  /**
   * @param remaining - how many further transfers of the same batch may meet the same question
   *   (0: do not offer "for all").
   *   `transfer.existing` says whether `rename` can be offered.
   * @returns the decision, and whether it holds for the rest of the batch.
   */
  resolve(
    transfer: ITransfer,
    remaining: number
  ): Promise<{ decision: ConflictDecision; forAll: boolean }>;
  /**
   * @param found.taken - how many files of the tree have names that are taken, and how many of these have the size of
   *   what is there.
   * @returns what holds for all of them; null when the person wants none of the tree after all.
   */
  resolveTree(
    tree: ITransfer,
    found: { readonly taken: number; readonly sameSize: number }
  ): Promise<TreeDecision | null>;
}
