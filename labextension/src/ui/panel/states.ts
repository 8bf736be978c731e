import type { TranslationBundle } from '@jupyterlab/translation';
import type { TransferState } from '../../engine/model';

/** Where a transfer stands, in a word or two. */
export function stateInWords(
  trans: TranslationBundle,
  state: TransferState
): string {
  const words: Record<TransferState, string> = {
    queued: trans.__('Queued'),
    listing: trans.__('Counting files'),
    uploading: trans.__('Uploading'),
    waiting: trans.__('Waiting'),
    conflict: trans.__('Name is taken'),
    paused: trans.__('Paused'),
    comparing: trans.__('Comparing'),
    finishing: trans.__('Finishing'),
    unfinished: trans.__('Unfinished'),
    done: trans.__('Done'),
    failed: trans.__('Failed'),
    skipped: trans.__('Skipped'),
    cancelled: trans.__('Cancelled')
  };
  return words[state];
}
