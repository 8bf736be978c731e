/** The places that files can go to, and what is there. */

import type { IListenable } from '../engine/emitter';

/** A place that files can be uploaded to, as the server describes it (docs/wire.md, "Destinations"). */
export interface IDestination {
  readonly name: string;
  readonly title: string;
  /** Null where it is misconfigured so badly that it can't be told. */
  readonly kind: 'folder' | 's3' | 'azure' | null;
  /** `s3://bucket/prefix`; null for a folder. */
  readonly url: string | null;
  /** Whether parts may go straight to the store, as far as the server is concerned. */
  readonly direct: boolean;
  /** Whether what is there can be listed. */
  readonly browse: boolean;
  readonly note: string | null;
  /** Of the last try to reach it and to write to it. */
  readonly state: 'ok' | 'failed' | 'unknown';
  /** Why it failed: a stable code, and a sentence that says what to do. */
  readonly reason: string | null;
  readonly message: string | null;
  /** The person's own settings file that it comes from. */
  readonly file: string | null;
}

/** Where the next files go. */
export interface IChoice {
  readonly destination: string;
  /** A folder of the destination, without a slash at its end; '' for its root, and always for home. */
  readonly prefix: string;
}

export interface IObject {
  /** From the destination's root. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601. */
  readonly modified: string;
  /** `s3://bucket/prefix/path`. */
  readonly url: string;
}

/** Some of what is right below a prefix. */
export interface IObjectPage {
  /** Deeper ones, from the destination's root, each with a slash at its end. */
  readonly prefixes: readonly string[];
  readonly objects: readonly IObject[];
  /** Where the next page begins; null on the last. */
  readonly next_page: string | null;
}

/** Code that opens a file or a folder. */
export interface ISnippet {
  readonly title: string;
  readonly code: string;
}

/** What a folder is that is read as one. */
export type FolderKind = 'zarr' | 'parquet';

/** How something is opened. */
export interface IOpening {
  /** Null for a file, and for a folder that nothing reads as one. */
  readonly kind: FolderKind | null;
  /** None for such a folder. */
  readonly snippets: readonly ISnippet[];
  /** Why a folder that is called a Zarr store is none, in the server's words; null for all others. */
  readonly note: string | null;
}

/** Where something has been entered. */
export interface ICatalogEntry {
  /** Path of the catalog from the server's root. */
  readonly catalog: string;
  readonly entry: string;
}

/** Why bytes do not go straight to a store, and what to set there. */
export interface ICorsProblem {
  /** Of this page. */
  readonly origin: string;
  /** JSON, indented. */
  readonly rule: string;
}

/** What the user interface sees of destinations. Methods reject with a `TransportError`. */
export interface IDestinations {
  /** Empty before the first `refresh`. */
  readonly list: readonly IDestination[];
  /** Bytes from which a bucket suits a file better than a folder; 0: never. */
  readonly hintAbove: number;
  /** As on the last visit, or home where that is no longer listed. */
  readonly chosen: IChoice;
  /** Something above, or a CORS problem, changed. */
  readonly changed: IListenable<void>;

  /** Fetch `list` and `hintAbove`. */
  refresh(): Promise<void>;
  /** Let the server try to reach and write to a destination; `list` has the outcome. */
  check(name: string): Promise<void>;
  choose(destination: string, prefix: string): void;
  /** Null where there is none, or none is known yet: it is looked for when the first file goes there. */
  corsProblem(name: string): ICorsProblem | null;
  /** Try again whether the store lets this page through. */
  testCors(name: string): Promise<void>;
  /**
   * List what is right below a prefix.
   *
   * @param prefix - as in `IChoice`.
   * @param page - `next_page` of the page before.
   */
  objects(
    destination: string,
    prefix: string,
    page?: string
  ): Promise<IObjectPage>;
  deleteObject(destination: string, path: string): Promise<void>;
  /** @param path - of a folder: with a slash at its end. */
  code(destination: string, path: string): Promise<IOpening>;
  /**
   * @param path - as in `code`.
   * @param options.catalog - path of the catalog from the server's root; it is made where there is none.
   */
  addToCatalog(
    destination: string,
    path: string,
    options: { readonly catalog: string; readonly description: string }
  ): Promise<ICatalogEntry>;
}
