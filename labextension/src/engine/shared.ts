import type { ChunkSize } from './chunkSize';
import type { Conflicts } from './conflicts';
import type { ITransfer, ITransport } from './ports';
import type { Queue } from './queue';
import type { ServerUploads } from './serverUploads';

/** What all transfers of a page share. */
export interface IShared {
  readonly transport: ITransport;
  /** Bounds the files under way. */
  readonly files: Queue;
  /** Bounds the chunks in flight over all files. */
  readonly chunks: Queue;
  readonly chunkSize: ChunkSize;
  readonly uploads: ServerUploads;
  readonly conflicts: Conflicts;
  /** In `[0, 1)`. */
  readonly random: () => number;
  /** Something that a transfer's snapshot shows has changed. */
  readonly onChange: () => void;
  readonly onDone: (transfer: ITransfer) => void;
}
