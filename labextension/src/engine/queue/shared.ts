import type { Conflicts } from './conflicts';
import type { ITransfer } from '../model';
import type { IResumeStore } from '../ports';
import type { ISendingContext } from '../sending/sending';
import type { Queue } from './queue';
import type { ServerUploads } from '../resuming/serverUploads';

/** What all transfers of a page share. */
export interface IShared extends ISendingContext {
  readonly resumeStore: IResumeStore;
  /** Bounds the files under way. */
  readonly files: Queue;
  /** Bounds the checksums that are computed at once. */
  readonly checksums: Queue;
  readonly uploads: ServerUploads;
  readonly conflicts: Conflicts;
  /** In `[0, 1)`. */
  readonly random: () => number;
  /** Something that a transfer's snapshot shows has changed. */
  readonly onChange: () => void;
  readonly onDone: (transfer: ITransfer) => void;
}
