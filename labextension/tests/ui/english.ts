import { nullTranslator } from '@jupyterlab/translation';
import { Formatter } from '../../src/ui/text/format';
import type { ILanguage } from '../../src/ui/text/language';

const trans = nullTranslator.load('jupyter_bigupload');

/** The interface as an American reads it. */
export const english: ILanguage = {
  trans,
  format: new Formatter(trans, 'en-US')
};
