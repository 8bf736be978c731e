/**
 * States in words.
 */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { TransferState } from '../../engine/ports';

/** Where a transfer stands, in a word or two. */
export function stateInWords(
  trans: TranslationBundle,
  state: TransferState
): string {
  switch (state) {
    case 'queued':
      return trans.__('Queued');
    case 'uploading':
      return trans.__('Uploading');
    case 'waiting':
      return trans.__('Waiting');
    case 'conflict':
      return trans.__('Name is taken');
    case 'paused':
      return trans.__('Paused');
    case 'comparing':
      return trans.__('Comparing');
    case 'finishing':
      return trans.__('Finishing');
    case 'unfinished':
      return trans.__('Unfinished');
    case 'done':
      return trans.__('Done');
    case 'failed':
      return trans.__('Failed');
    case 'skipped':
      return trans.__('Skipped');
    case 'cancelled':
      return trans.__('Cancelled');
  }
}

/** Whether a transfer is over; only `failed` can be taken up again. */
export function isOver(state: TransferState): boolean {
  return (
    state === 'done' ||
    state === 'failed' ||
    state === 'skipped' ||
    state === 'cancelled'
  );
}
