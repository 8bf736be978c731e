import type {
  DigestAlgorithm,
  IBatchFile,
  IBatchOutcome,
  IErrorFields,
  ISendOptions
} from './wire';

/** A file that may go straight to the store: how, the transport knows. */
export interface ISignedFile {
  readonly state: 'signed';
  /** By which the file is told from one that was there before. */
  readonly id: string;
}

/** How a file may be sent, or why it may not; null for one that only the server can bring to its place. */
export type Signing =
  | ISignedFile
  | { readonly state: 'failed'; readonly error: IErrorFields }
  | null;

/** A file that the store took, or whose name it said is taken. */
export interface ISentFile extends IBatchFile {
  /** With which it was signed. */
  readonly id: string;
}

/** The way of small files straight to a store. Every method rejects as those of `ITransport` do. */
export interface IDirectFiles {
  /** The algorithm of the digests that the files need; null where none may go straight there. */
  digest(
    destination: string,
    signal?: AbortSignal
  ): Promise<DigestAlgorithm | null>;
  /** Whether `put` works, as far as is known now. */
  isOpen(destination: string, signal: AbortSignal): Promise<boolean>;
  /** What is signed is good for some minutes. */
  sign(
    destination: string,
    files: readonly IBatchFile[],
    signal: AbortSignal
  ): Promise<readonly Signing[]>;
  /**
   * Send a file. Rejects with the reason `exists` when its name is taken, and with `rerouted` when the store turns
   * out not to let this page send anything; then `isOpen` says no from now on.
   */
  put(
    destination: string,
    file: ISignedFile,
    bytes: Uint8Array<ArrayBuffer>,
    options: Omit<ISendOptions, 'digest'>
  ): Promise<void>;
  /** What became of files that were sent, by what the store has. */
  confirm(
    destination: string,
    files: readonly ISentFile[],
    signal: AbortSignal
  ): Promise<readonly IBatchOutcome[]>;
}
