import type { ISendingContext } from '../../sending/sending';
import type { DigestAlgorithm } from '../../wire';
import type { Entry } from '../entries/entry';
import type { ITreePlace } from '../place';
import type { BatchSize } from './batchSize';
import { directDigest } from './batchWay';
import type { IBatchWay } from './batchWay';
import { StraightToStore } from './straightToStore';
import { ThroughServer } from './throughServer';

/** The ways for small files to a place, and which of them a file goes. */
export class Ways {
  private readonly server: IBatchWay;
  private readonly straight: IBatchWay;
  private direct: DigestAlgorithm | null = null;

  /** @param size - of batches through the server. */
  constructor(
    private readonly shared: ISendingContext,
    private readonly place: ITreePlace,
    size: BatchSize
  ) {
    this.server = new ThroughServer(shared, place, size);
    this.straight = new StraightToStore(shared, place);
  }

  /** Of the digests that files need, whichever way they go, so that what arrived is known again. */
  get algorithm(): DigestAlgorithm | null {
    return this.direct ?? this.shared.hasher.algorithms[0] ?? null;
  }

  /** Ask the server whether files may go straight to the store. */
  async choose(signal: AbortSignal): Promise<void> {
    const { destination } = this.place;
    this.direct = await directDigest(this.shared, destination, signal);
  }

  /** Whether files may go straight to the store, and it lets this page do that, now. */
  async isOpen(signal: AbortSignal): Promise<boolean> {
    const { directFiles } = this.shared.transport;
    return (
      this.direct !== null &&
      (await directFiles.isOpen(this.place.destination, signal))
    );
  }

  /** @param isOpen - what `isOpen` said. */
  of(entry: Entry | undefined, isOpen: boolean): IBatchWay {
    return isOpen &&
      entry?.isIndirect === false &&
      entry.onConflict !== 'rename'
      ? this.straight
      : this.server;
  }
}
