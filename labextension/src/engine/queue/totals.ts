import { isUnderWay } from './lifecycle';
import type { ITotals, ITransfer } from '../model';
import { timeLeft } from '../sending/rate';

/** One figure for many transfers. */
export function totals(transfers: readonly ITransfer[]): ITotals {
  const counted = transfers.filter(
    ({ state }) => !['cancelled', 'skipped', 'failed'].includes(state)
  );
  const active = transfers.filter(({ state }) => isUnderWay(state));
  const rates = active.flatMap(({ rate }) => (rate === null ? [] : [rate]));
  const rate = rates.length > 0 ? sum(rates) : null;
  return {
    files: counted.length,
    active: active.length,
    done: transfers.filter(({ state }) => state === 'done').length,
    failed: transfers.filter(({ state }) => state === 'failed').length,
    size: sum(counted.map(({ size }) => size)),
    sent: sum(counted.map(({ sent }) => sent)),
    rate,
    // What is paused or unfinished does not move, so no time can be told for it.
    timeLeft: timeLeft(sum(active.map(({ size, sent }) => size - sent)), rate)
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
