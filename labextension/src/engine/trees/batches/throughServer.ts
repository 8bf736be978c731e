import { mayHaveArrived } from '../../retrying/policy';
import type { ISendingContext } from '../../sending/sending';
import type { ITreePlace } from '../place';
import { manifestOf } from './batch';
import type { IReadEntry } from './batch';
import type { BatchSize } from './batchSize';
import type { IBatchOptions, IBatchWay } from './batchWay';

/** Small files through the server, all of a batch in one request. */
export class ThroughServer implements IBatchWay {
  constructor(
    private readonly shared: ISendingContext,
    private readonly place: ITreePlace,
    private readonly size: BatchSize
  ) {}

  get files(): number {
    return this.size.files;
  }

  get bytes(): number {
    return this.size.bytes;
  }

  async send(
    batch: readonly IReadEntry[],
    { signal, onProgress, onOutcome }: IBatchOptions
  ): Promise<readonly IReadEntry[]> {
    const { chunks, transport } = this.shared;
    const { destination, folder } = this.place;
    const files = batch.map(one => manifestOf(one, folder));
    const size = batch.reduce((sum, { read }) => sum + read.size, 0);
    try {
      const receipt = await chunks.run(
        async () => {
          const began = Date.now();
          const answer = await transport.sendBatch(
            destination,
            { folders: [], files },
            batch.map(({ bytes }) => bytes),
            { signal, onProgress: sent => onProgress(Math.min(sent, size)) }
          );
          this.size.learn(batch.length, size, Date.now() - began);
          return answer;
        },
        { signal }
      );
      batch.forEach((one, index) => onOutcome(one, receipt.files[index]));
      return [];
    } catch (error) {
      if (mayHaveArrived(error) || signal.aborted) {
        this.size.break(size);
      }
      throw error;
    }
  }
}
