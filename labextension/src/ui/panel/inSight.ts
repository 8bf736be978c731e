import { isOver } from '../../engine/model';
import type { ITransfer } from '../../engine/model';
import type { IOperation } from '../../engine/operations/model';

/** One row of the list: what is uploaded, or what the server does with what is there. */
export type ListedRow = ITransfer | IOperation;

/** Rows that can be seen at once: their order stays as they were added. */
const SEEN_AT_ONCE = 10;

/** The order of the list: where not all are in sight, those at work come first, and those that are over last. */
export function inSightFirst<Row extends Pick<ListedRow, 'state'>>(
  rows: readonly Row[]
): readonly Row[] {
  if (rows.length <= SEEN_AT_ONCE) {
    return rows;
  }
  const groups: [Row[], Row[], Row[]] = [[], [], []];
  for (const row of rows) {
    groups[groupOf(row)].push(row);
  }
  return groups.flat();
}

function groupOf({ state }: Pick<ListedRow, 'state'>): 0 | 1 | 2 {
  if (state === 'failed') {
    // A person has to do something about it.
    return 0;
  }
  if (isOver(state)) {
    return 2;
  }
  return ['queued', 'paused', 'unfinished'].includes(state) ? 1 : 0;
}
