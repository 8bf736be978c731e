/** Operations as they cross the network: docs/wire.md in types. */

import type { IKind } from './model';

/** What somebody wants to be done. */
export interface INewOperation {
  readonly kind: string;
  readonly destination: string;
  /** From the destination's root. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** An operation as the server describes it. */
export interface IServerOperation {
  readonly metadata: INewOperation & {
    readonly id: string;
    readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
    readonly cancelling: boolean;
    /** ISO 8601. */
    readonly created: string;
    readonly progress: {
      readonly done: number;
      /** Null while nobody knows. */
      readonly total: number | null;
      readonly unit: string;
    };
  };
  /** What came of it, once it is done. */
  readonly response?: Readonly<Record<string, unknown>>;
  /** Why it was not done. */
  readonly error?: {
    readonly reason: string;
    readonly message: string;
    /** The last that its process printed. */
    readonly output: string;
  };
}

/** All operations at one moment. */
export interface IServerOperations {
  readonly operations: readonly IServerOperation[];
  /** Stands for all that is said of them. */
  readonly version: string;
}

/** The way to the server. Every method rejects with `TransportError`, or with an `AbortError` once `signal` fires. */
export interface IOperationsServer {
  kinds(): Promise<readonly IKind[]>;
  /** @param after - answer only once the operations are not those of this version, or after so many seconds. */
  list(after?: {
    readonly version: string;
    readonly seconds: number;
  }): Promise<IServerOperations>;
  /** @param idempotencyKey - a second request with the same one starts nothing. */
  start(
    operation: INewOperation,
    idempotencyKey: string
  ): Promise<IServerOperation>;
  cancel(id: string): Promise<IServerOperation>;
  /** Forget one that is over; what it made stays. */
  remove(id: string): Promise<void>;
}
