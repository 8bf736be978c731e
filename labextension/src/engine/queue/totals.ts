import { isUnderWay } from './lifecycle';
import type { ITotals, ITransfer } from '../model';
import { longest, timeLeft } from '../sending/rate';

/** One figure for many transfers. */
export function totals(transfers: readonly ITransfer[]): ITotals {
  const counted = transfers.filter(isCounted);
  const active = transfers.filter(({ state }) => isUnderWay(state));
  const rate = sumOfKnown(active.map(one => one.rate));
  const trees = active.flatMap(({ tree }) => (tree === null ? [] : [tree]));
  const filesPerSecond = sumOfKnown(trees.map(tree => tree.filesPerSecond));
  return {
    files: sum(counted.map(files)),
    active: active.length,
    done: sum(transfers.map(done)),
    failed: sum(transfers.map(failed)),
    size: sum(counted.map(({ size }) => size)),
    sent: sum(counted.map(({ sent }) => sent)),
    rate,
    filesPerSecond,
    // What is paused or unfinished does not move, so no time can be told for it.
    timeLeft: longest(
      timeLeft(sum(active.map(({ size, sent }) => size - sent)), rate),
      timeLeft(sum(trees.map(({ left }) => left)), filesPerSecond)
    )
  };
}

/** The files of a tree arrive although others of it fail. */
function isCounted({ state, tree }: ITransfer): boolean {
  return (
    state !== 'cancelled' &&
    state !== 'skipped' &&
    (state !== 'failed' || tree !== null)
  );
}

function files({ tree }: ITransfer): number {
  return tree === null
    ? 1
    : tree.files - tree.skipped - tree.leftOut - tree.failed;
}

function done({ state, tree }: ITransfer): number {
  if (tree === null) {
    return state === 'done' ? 1 : 0;
  }
  return state === 'cancelled'
    ? 0
    : tree.new + tree.replaced + tree.renamed + tree.identical;
}

function failed({ state, tree }: ITransfer): number {
  if (state !== 'failed') {
    return 0;
  }
  // All of a tree fails with the reason that it can't be sent for.
  return tree === null ? 1 : Math.max(1, tree.failed);
}

function sumOfKnown(numbers: readonly (number | null)[]): number | null {
  const known = numbers.flatMap(number => (number === null ? [] : [number]));
  return known.length > 0 ? sum(known) : null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
