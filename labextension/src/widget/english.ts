/** A notebook is in the language of who wrote it, and Voilà has no language packs: the widget speaks English. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { Formatter } from '../ui/text/format';
import type { ILanguage } from '../ui/text/language';

const LOCALE = 'en-US';

function filled(text: string, values: readonly unknown[]): string {
  return text.replace(/%(\d+)/g, (whole, number: string) => {
    const value = values[Number(number) - 1];
    return value === undefined ? whole : `${value as string | number}`;
  });
}

function plural(
  one: string,
  many: string,
  count: number,
  ...values: readonly unknown[]
): string {
  return filled(count === 1 ? one : many, [count, ...values]);
}

/** What JupyterLab's bundles do with a language that needs no translation. */
const trans: TranslationBundle = {
  __: (text, ...values: unknown[]) => filled(text, values),
  _n: plural,
  _p: (_context, text, ...values: unknown[]) => filled(text, values),
  _np: (_context, one, many, count, ...values: unknown[]) =>
    plural(one, many, count, ...values),
  gettext: (text, ...values: unknown[]) => filled(text, values),
  ngettext: plural,
  pgettext: (_context, text, ...values: unknown[]) => filled(text, values),
  npgettext: (_context, one, many, count, ...values: unknown[]) =>
    plural(one, many, count, ...values),
  dcnpgettext: (_domain, _context, one, many, count, ...values: unknown[]) =>
    plural(one, many, count, ...values)
};

export const english: ILanguage = {
  trans,
  format: new Formatter(trans, LOCALE)
};
