import type { ITotals } from '../../src/engine/model';

/** The totals of a page that transfers nothing. */
export const NOTHING: ITotals = {
  files: 0,
  active: 0,
  done: 0,
  failed: 0,
  size: 0,
  sent: 0,
  rate: null,
  filesPerSecond: null,
  timeLeft: null
};
