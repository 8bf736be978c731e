import { isOver } from '../../engine/model';
import type { ITransfer } from '../../engine/model';

/** Transfers that can be seen at once: their order stays as they were added. */
const SEEN_AT_ONCE = 10;

/** The order of the list: where not all are in sight, those at work come first, and those that are over last. */
export function inSightFirst(
  transfers: readonly ITransfer[]
): readonly ITransfer[] {
  if (transfers.length <= SEEN_AT_ONCE) {
    return transfers;
  }
  const groups: [ITransfer[], ITransfer[], ITransfer[]] = [[], [], []];
  for (const transfer of transfers) {
    groups[groupOf(transfer)].push(transfer);
  }
  return groups.flat();
}

function groupOf({ state }: ITransfer): 0 | 1 | 2 {
  if (state === 'failed') {
    // A person has to do something about it.
    return 0;
  }
  if (isOver(state)) {
    return 2;
  }
  return ['queued', 'paused', 'unfinished'].includes(state) ? 1 : 0;
}
