/** What ended, told once. */

import type { ITransfer, ITransfers } from '../../engine/model';

/** Milliseconds in which what ends is told together: a folder of small files must not become a torrent. */
const TOGETHER = 500;

export interface IOutcomes {
  readonly done: readonly ITransfer[];
  readonly failed: readonly ITransfer[];
}

/**
 * Call `listener` a moment after transfers were done or failed.
 *
 * @returns a function that ends the watch.
 */
export function watchOutcomes(
  transfers: ITransfers,
  listener: (outcomes: IOutcomes) => void
): () => void {
  let done: ITransfer[] = [];
  let failed: ITransfer[] = [];
  let errorsBefore = new Set<ITransfer['error']>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const tell = () => {
    timer ??= setTimeout(() => {
      timer = null;
      const outcomes = { done, failed };
      done = [];
      failed = [];
      listener(outcomes);
    }, TOGETHER);
  };

  const unsubscribe = [
    transfers.finished.subscribe(transfer => {
      done.push(transfer);
      tell();
    }),
    transfers.changed.subscribe(() => {
      const failedNow = transfers.transfers.filter(
        ({ state }) => state === 'failed'
      );
      // A retry may fail again before anyone saw that it ran: only the error is another one then.
      const news = failedNow.filter(({ error }) => !errorsBefore.has(error));
      errorsBefore = new Set(failedNow.map(({ error }) => error));
      if (news.length > 0) {
        failed.push(...news);
        tell();
      }
    })
  ];
  return () => {
    unsubscribe.forEach(end => end());
    if (timer !== null) {
      clearTimeout(timer);
    }
  };
}
