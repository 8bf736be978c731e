import type { Digest, DigestAlgorithm } from '../engine/wire';

export type Request =
  | {
      readonly type: 'digest';
      readonly id: number;
      readonly algorithm: DigestAlgorithm;
      readonly blob: Blob;
      readonly background: boolean;
    }
  | { readonly type: 'cancel'; readonly id: number };

export type Reply =
  /** The worker has loaded. */
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: number; readonly read: number }
  | { readonly type: 'digest'; readonly id: number; readonly digest: Digest }
  /** @param reason - of a `Failure`. */
  | {
      readonly type: 'failure';
      readonly id: number;
      readonly reason: string;
      readonly message: string;
    };

/** One end of the line: a worker, the inside of a worker, or a `MessagePort`. */
export interface IPort<Sent, Received> {
  postMessage(message: Sent): void;
  onmessage: ((event: MessageEvent<Received>) => void) | null;
}
