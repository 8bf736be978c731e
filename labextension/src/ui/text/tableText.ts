/** Tables in words. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  IProfile,
  IReject,
  IStructural,
  ITableColumn,
  ITableProblem,
  ITableState
} from '../../engine/tables/model';
import type { ILanguage } from './language';

type Table = NonNullable<ITableState['table']>;

/** `1,234 rows`, or `≈ 1.2 million rows` while nobody has counted them. */
export function rowsInWords(
  { count, exact }: Table['rows'],
  { trans, format }: ILanguage
): string {
  return exact
    ? trans._n('%2 row', '%2 rows', count, format.count(count))
    : trans._n('≈ %2 row', '≈ %2 rows', count, format.roughly(count));
}

/** What there is of a table: `1,234 rows · 12 columns · 40 MB`. */
export function tableInWords(
  { rows, columns, size }: Table,
  language: ILanguage
): string {
  const { trans, format } = language;
  return [
    rowsInWords(rows, language),
    trans._n(
      '%2 column',
      '%2 columns',
      columns.length,
      format.count(columns.length)
    ),
    format.bytes(size)
  ].join(' · ');
}

/** The types that a column of text can have, in the order in which a person looks for them. */
export function typeChoices(
  trans: TranslationBundle
): readonly { readonly type: string; readonly title: string }[] {
  return [
    { type: 'text', title: trans.__('Text') },
    { type: 'int64', title: trans.__('Whole number') },
    { type: 'decimal', title: trans.__('Decimal number, exact') },
    { type: 'float64', title: trans.__('Decimal number, floating') },
    { type: 'boolean', title: trans.__('True or false') },
    { type: 'date', title: trans.__('Date') },
    { type: 'time', title: trans.__('Time') },
    { type: 'timestamp', title: trans.__('Date and time') },
    { type: 'timestamptz', title: trans.__('Date and time with time zone') },
    { type: 'uint64', title: trans.__('Whole number from 0, 64 bits') },
    { type: 'int128', title: trans.__('Whole number, 128 bits') }
  ];
}

/** `Whole number`; the type itself where it is not one of ours. */
export function typeInWords(type: string, trans: TranslationBundle): string {
  const known = typeChoices(trans).find(
    one => one.type === type.replace(/\(.*$/, '')
  );
  return known?.title ?? type;
}

/** Several of them: `Whole numbers`. */
function valuesOf(type: string, trans: TranslationBundle): string {
  switch (type.replace(/\(.*$/, '')) {
    case 'int64':
    case 'uint64':
    case 'int128':
      return trans.__('Whole numbers');
    case 'decimal':
    case 'float64':
      return trans.__('Numbers');
    case 'boolean':
      return trans.__('True or false');
    case 'date':
      return trans.__('Dates');
    case 'time':
      return trans.__('Times');
    case 'timestamp':
    case 'timestamptz':
      return trans.__('Dates and times');
    default:
      return typeInWords(type, trans);
  }
}

/** Why a column has no narrower type: `Whole numbers, but line 5 has “12.5”.` Null where there is nothing to say. */
export function whyInWords(
  { why }: Pick<ITableColumn, 'why'>,
  { trans, format }: ILanguage
): string | null {
  const [first, ...others] = why?.rows ?? [];
  if (why === null || first === undefined) {
    return null;
  }
  const values = valuesOf(why.narrower, trans);
  const line = format.count(first.line);
  const [second] = others;
  return second === undefined
    ? trans.__('%1, but line %2 has “%3”.', values, line, first.text)
    : trans.__(
        '%1, but line %2 has “%3”, and line %4 has “%5”.',
        values,
        line,
        first.text,
        format.count(second.line),
        second.text
      );
}

/** Why a value of the file is not one of the table. */
export function rejectInWords(
  { text, message }: Pick<IReject, 'text' | 'message'>,
  { trans }: ILanguage
): string {
  return trans.__('Does not fit: “%1”. %2', text, message);
}

/** Why a line of the file is no row. */
export function noRowInWords(
  { line, message }: IStructural,
  { trans, format }: ILanguage
): string {
  return trans.__('Line %1 is no row. %2', format.count(line), message);
}

/** `3% null`; null where there is none. */
export function nullsInWords(
  { nulls, rows }: IProfile,
  { trans, format }: ILanguage
): string | null {
  if (nulls === 0 || rows === 0) {
    return null;
  }
  const percent = (100 * nulls) / rows;
  // Neither all nor none where it is not.
  return percent < 1
    ? trans.__('<%1 null', format.percent(1))
    : trans.__(
        '%1 null',
        format.percent(nulls === rows ? 100 : Math.min(99, Math.round(percent)))
      );
}

export function distinctInWords(
  { distinct }: IProfile,
  { trans, format }: ILanguage
): string | null {
  return distinct === null
    ? null
    : trans.__(
        '%1 distinct',
        distinct < 1_000_000 ? format.count(distinct) : format.roughly(distinct)
      );
}

/** What to do next about a failed request; null where its message says it all. */
export function adviceOn(
  { reason }: ITableProblem,
  trans: TranslationBundle
): string | null {
  switch (reason) {
    case 'not_a_table':
      return trans.__(
        'BigUpload opens CSV and other delimited text, JSON lines, Parquet, Arrow and Excel as tables.'
      );
    case 'not_found':
      return trans.__(
        'It was moved, renamed or deleted. Open it from where it is now.'
      );
    case 'changed':
      return trans.__('Something wrote to the file. Load it again.');
    case 'too_slow':
      return trans.__(
        'The part that is looked for takes long to read. Try again, or convert the table to Parquet first.'
      );
    case 'extra_missing':
      return trans.__(
        'Whoever runs the server can add it with this command; then start the server again.'
      );
    case 'malformed':
      return trans.__('Change it once more, or undo it.');
    case 'network':
    case 'timeout':
    case 'gateway':
      return trans.__('Try again when the server can be reached.');
    default:
      return null;
  }
}
