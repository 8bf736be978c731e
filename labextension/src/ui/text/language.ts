import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Formatter, localeOf } from './format';

/** Strings and figures, handed to every component that shows any. */
export interface ILanguage {
  readonly trans: TranslationBundle;
  readonly format: Formatter;
}

/** The application's language. */
export function createLanguage(translator: ITranslator): ILanguage {
  const trans = translator.load('jupyter_bigupload');
  return {
    trans,
    format: new Formatter(trans, localeOf(translator.languageCode))
  };
}
