import type { ChunkSize } from '../link/chunkSize';
import type { LinkRate } from '../link/linkRate';
import type { Parallelism } from '../link/parallelism';
import type { Parts } from './parts';
import type { IHasher, INetwork, ISource } from '../ports';
import type { Progress } from './progress';
import type { Queue } from '../queue/queue';
import type { Retry } from '../retrying/retry';
import type { ITransport, IUpload } from '../wire';

/** What the bytes of all uploads of a page share on their way. */
export interface ISendingContext {
  readonly transport: ITransport;
  readonly hasher: IHasher;
  readonly network: INetwork;
  /** Bounds the chunks in flight over all transfers, and the parts and small files that go past the server. */
  readonly chunks: Queue;
  readonly directParts: Queue;
  readonly directFiles: Queue;
  readonly parallelism: Parallelism;
  readonly chunkSize: ChunkSize;
  readonly linkRate: LinkRate;
}

/** The bytes of one upload on their way. */
export interface ISending extends ISendingContext {
  readonly retry: Retry;
  readonly upload: IUpload;
  readonly source: ISource;
  readonly progress: Progress;
  readonly parts: Parts;
  readonly signal: AbortSignal;
  /** Bytes moved. */
  readonly onProgress: () => void;
  /** The server took a chunk. */
  readonly onAcknowledged: () => void;
}
