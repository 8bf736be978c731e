import type { ChunkSize } from '../link/chunkSize';
import type { LinkRate } from '../link/linkRate';
import type { Parallelism } from '../link/parallelism';
import type { Conflicts } from './conflicts';
import type { ITransfer } from '../model';
import type { IHasher, INetwork, IResumeStore } from '../ports';
import type { ITransport } from '../wire';
import type { Queue } from './queue';
import type { ServerUploads } from '../resuming/serverUploads';

/** What all transfers of a page share. */
export interface IShared {
  readonly transport: ITransport;
  readonly hasher: IHasher;
  readonly resumeStore: IResumeStore;
  readonly network: INetwork;
  /** Bounds the files under way. */
  readonly files: Queue;
  /** Bounds the chunks in flight to the server over all files, and the parts that go past it. */
  readonly chunks: Queue;
  readonly directParts: Queue;
  readonly parallelism: Parallelism;
  /** Bounds the checksums that are computed at once. */
  readonly checksums: Queue;
  readonly chunkSize: ChunkSize;
  readonly linkRate: LinkRate;
  readonly uploads: ServerUploads;
  readonly conflicts: Conflicts;
  /** In `[0, 1)`. */
  readonly random: () => number;
  /** Something that a transfer's snapshot shows has changed. */
  readonly onChange: () => void;
  readonly onDone: (transfer: ITransfer) => void;
}
