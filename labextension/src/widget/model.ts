/** What travels between the page and the kernel. */

import type { TransferState } from '../engine/model';

/** One file, as the kernel and the pages tell each other of it. */
export interface IFile {
  /** Made up by the page that was given the file. */
  readonly key: string;
  readonly name: string;
  readonly destination: string;
  /** From the destination's root; `Keep both` may change it at the end. */
  readonly path: string;
  /** The address where a bucket has it; null on the server's own disk. */
  readonly url: string | null;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly last_modified: number | null;
  readonly state: TransferState;
  /** Bytes that the server has. */
  readonly received: number;
  readonly error: { readonly reason: string; readonly message: string } | null;
  readonly upload_id: string | null;
}

/** The traits of `BigUpload` that the page reads. */
export interface ITraits {
  readonly files: readonly IFile[];
  readonly multiple: boolean;
  /** As of `<input type="file">`. */
  readonly accept: string;
  readonly description: string;
  readonly disabled: boolean;
  readonly place: IPlace;
}

/** Where files go. */
export interface IPlace {
  readonly destination: string;
  /** From the destination's root, '' for the root. */
  readonly folder: string;
  /** The same, as the person who wrote the notebook calls it. */
  readonly title: string;
}

/** What the page tells the kernel, which alone writes `files`. */
export type Message =
  | {
      readonly type: 'files';
      /** Comes back in the kernel's answer. */
      readonly number: number;
      readonly files: readonly IFile[];
    }
  | { readonly type: 'remove'; readonly keys: readonly string[] };

/** What the kernel answers. */
export interface IAnswer {
  readonly type: 'received';
  readonly number: number;
}

/** As much of anywidget's model as is used here. */
export interface IModel {
  get<K extends keyof ITraits>(name: K): ITraits[K];
  on(event: string, listener: (value: unknown) => void): void;
  off(event: string, listener: (value: unknown) => void): void;
  send(message: Message): void;
}
