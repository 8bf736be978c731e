import type { Digest, DigestAlgorithm } from '../engine/wire';
import type { IReadTogether } from './readTogether';

export type Request =
  | {
      readonly type: 'digest';
      readonly id: number;
      readonly algorithm: DigestAlgorithm;
      readonly blob: Blob;
      readonly background: boolean;
    }
  | {
      readonly type: 'read';
      readonly id: number;
      readonly algorithm: DigestAlgorithm | null;
      /** Files, one behind the other. */
      readonly whole: Blob;
      /** Bytes of each. */
      readonly sizes: readonly number[];
    }
  | { readonly type: 'cancel'; readonly id: number };

export type Reply =
  /** The worker has loaded. */
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: number; readonly read: number }
  | { readonly type: 'digest'; readonly id: number; readonly digest: Digest }
  /** `read` is null when something can't be read. */
  | {
      readonly type: 'read';
      readonly id: number;
      readonly read: IReadTogether | null;
    }
  /** @param reason - of a `Failure`. */
  | {
      readonly type: 'failure';
      readonly id: number;
      readonly reason: string;
      readonly message: string;
    };

/** One end of the line: a worker, the inside of a worker, or a `MessagePort`. */
export interface IPort<Sent, Received> {
  /** @param options.transfer - what is handed over, and can't be used here any more. */
  postMessage(message: Sent, options?: StructuredSerializeOptions): void;
  onmessage: ((event: MessageEvent<Received>) => void) | null;
}
