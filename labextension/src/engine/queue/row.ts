import type { ITransfer } from '../model';
import type { ISource } from '../ports';

/** One row of the list: a file, or many. */
export interface IRow {
  /** What it looks like now; the same object until something changes. */
  readonly snapshot: ITransfer;
  /** The rate falls with time alone; make `snapshot` look at the clock again. */
  refresh(): void;
  /** See `IPicked`. */
  readonly isForgettable: boolean;
  readonly handle: unknown;
  pause(): void;
  /** Go on; what waits is tried now. @param source - of a file that has to be picked again. */
  resume(source?: ISource): void;
  retry(): void;
  /** Something outside changed: what waits is tried now. */
  wake(): void;
  /** Resolves when nothing of it is left on the server in part, or deleting it was given up. */
  cancel(options?: { readonly removesArrived: boolean }): Promise<void>;
  /** Off the list for good. */
  dispose(): void;
}
