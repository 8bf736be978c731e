import type { TranslationBundle } from '@jupyterlab/translation';
import type { IChoice } from '../../controls/field';

/** What an operation does with rows that do not fit. */
export function rejectChoices(trans: TranslationBundle): readonly IChoice[] {
  return [
    { value: 'aside', title: trans.__('Keep in a file beside') },
    { value: 'fail', title: trans.__('Stop') }
  ];
}
