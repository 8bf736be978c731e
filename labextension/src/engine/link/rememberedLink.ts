import type { INetwork, IResumeStore } from '../ports';
import { Queue } from '../queue/queue';
import type { ISendingContext } from '../sending/sending';
import { ChunkSize } from './chunkSize';
import { LinkRate } from './linkRate';
import { Parallelism } from './parallelism';

/** What is known of the link begins with what an earlier visit learnt, and is left for the next. */
export function rememberedLink(
  resumeStore: IResumeStore,
  network: INetwork
): Pick<ISendingContext, 'chunks' | 'chunkSize' | 'linkRate' | 'parallelism'> {
  const chunkSize = new ChunkSize(
    largestBody => void resumeStore.rememberLink({ largestBody })
  );
  const linkRate = new LinkRate(
    rate => void resumeStore.rememberLink({ rate })
  );
  const parallelism = new Parallelism(
    network,
    () => chunks.fill(),
    chunksAtOnce => void resumeStore.rememberLink({ chunksAtOnce })
  );
  const chunks = new Queue(() => parallelism.limit);
  void resumeStore.link().then(({ largestBody, rate, chunksAtOnce }) => {
    if (largestBody !== undefined) {
      chunkSize.expect(largestBody);
    }
    if (rate !== undefined) {
      linkRate.expect(rate);
    }
    if (chunksAtOnce !== undefined) {
      parallelism.expect(chunksAtOnce);
    }
  });
  return { chunks, chunkSize, linkRate, parallelism };
}
