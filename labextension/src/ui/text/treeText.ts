/** What is said of a transfer of many files. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ITransfer,
  ITreeProgress,
  TreeEntryState
} from '../../engine/model';
import type { ILanguage } from './language';

/** The folder's name, or how many files were picked side by side. */
export function nameOf(transfer: ITransfer, language: ILanguage): string {
  const { name, tree } = transfer;
  return name === '' && tree !== null
    ? filesInWords(tree.files, language)
    : name;
}

export function filesInWords(
  count: number,
  { trans, format }: ILanguage
): string {
  return trans._n('%2 file', '%2 files', count, format.count(count));
}

/** `1,200 of 10,000 files`. */
export function doneInWords(
  { files, left }: ITreeProgress,
  language: ILanguage
): string {
  const { trans, format } = language;
  return left === 0
    ? filesInWords(files, language)
    : trans._n(
        '%2 of %3 file',
        '%2 of %3 files',
        files,
        format.count(files - left),
        format.count(files)
      );
}

/** `9,980 new · 12 replaced · 8 identical`: what became of those that are over; '' where that is what anybody expects. */
export function outcomeInWords(
  tree: ITreeProgress,
  { trans, format }: ILanguage
): string {
  const parts: [count: number, text: string][] = [
    // Until all are over, how many are done says the same.
    [tree.left > 0 ? 0 : tree.new, trans.__('%1 new', format.count(tree.new))],
    [tree.replaced, trans.__('%1 replaced', format.count(tree.replaced))],
    [
      tree.renamed,
      trans.__('%1 kept beside others', format.count(tree.renamed))
    ],
    [
      tree.identical,
      trans.__('%1 identical, not sent', format.count(tree.identical))
    ],
    [tree.skipped, trans.__('%1 skipped', format.count(tree.skipped))],
    [
      tree.leftOut,
      trans._n(
        '%2 hidden file left out',
        '%2 hidden files left out',
        tree.leftOut,
        format.count(tree.leftOut)
      )
    ],
    [tree.failed, trans.__('%1 failed', format.count(tree.failed))]
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([, text]) => text)
    .join(' · ');
}

/** Where one file of a tree stands, in a word or two. */
export function entryStateInWords(
  trans: TranslationBundle,
  state: TreeEntryState
): string {
  const words: Record<TreeEntryState, string> = {
    queued: trans.__('Queued'),
    conflict: trans.__('Name is taken'),
    sending: trans.__('Uploading'),
    new: trans.__('Done'),
    replaced: trans.__('Replaced'),
    renamed: trans.__('Kept both'),
    identical: trans.__('Identical'),
    skipped: trans.__('Skipped'),
    'left-out': trans.__('Left out'),
    failed: trans.__('Failed')
  };
  return words[state];
}
