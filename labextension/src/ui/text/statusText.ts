import type { ITransfers } from '../../engine/model';
import { isOver } from '../../engine/model';
import type { IOperation } from '../../engine/operations/model';
import { percentage } from './format';
import { holdUpOf } from './holdUp';
import type { ILanguage } from './language';

/**
 * All transfers and operations in the few words that a status bar has room for.
 *
 * @returns null when there is nothing that a person would want to know.
 */
export function statusText(
  { transfers, totals }: Pick<ITransfers, 'transfers' | 'totals'>,
  operations: readonly Pick<IOperation, 'state' | 'progress'>[],
  { trans, format }: ILanguage
): string | null {
  const count = (wanted: string) =>
    transfers.filter(({ state }) => state === wanted).length;

  const running = operations.filter(({ state }) => !isOver(state));
  const [first] = running;
  const atWork = first && [
    trans._n('%1 operation', '%1 operations', running.length),
    // Those of several are not of one kind of thing.
    ...(running.length === 1 && first.progress.total !== null
      ? [format.percent(percentage(first.progress.done, first.progress.total))]
      : [])
  ];
  if (totals.active > 0) {
    const parts = [
      trans._n('%1 upload', '%1 uploads', totals.active),
      format.percent(percentage(totals.sent, totals.size))
    ];
    const holdUp = holdUpOf({ transfers });
    if (holdUp === 'login') {
      parts.push(trans.__('login expired'));
    } else if (holdUp === 'offline') {
      parts.push(trans.__('offline'));
    } else if (totals.rate !== null) {
      parts.push(format.rate(totals.rate));
    }
    return [...parts, ...(atWork ?? []).slice(0, 1)].join(' · ');
  }
  if (atWork !== undefined) {
    return atWork.join(' · ');
  }
  if (totals.failed > 0) {
    return trans._n('%1 upload failed', '%1 uploads failed', totals.failed);
  }
  const broken = operations.filter(({ state }) => state === 'failed').length;
  if (broken > 0) {
    return trans._n('%1 operation failed', '%1 operations failed', broken);
  }
  const paused = count('paused');
  if (paused > 0) {
    return trans._n('%1 upload paused', '%1 uploads paused', paused);
  }
  const unfinished = count('unfinished');
  if (unfinished > 0) {
    return trans._n(
      '%1 unfinished upload',
      '%1 unfinished uploads',
      unfinished
    );
  }
  return null;
}
