/** What came of an operation, in words. */

import type { IOperation } from '../../engine/operations/model';
import type { DiffKind } from '../../engine/tables/versions';
import { countInWords } from './doltText';
import type { ILanguage } from './language';

type Result = NonNullable<IOperation['result']>;
type InWords = (count: number, language: ILanguage) => string;

/** A figure with its noun, for those that kinds have in common. */
function counted(one: string, many: string): InWords {
  return (count, { trans, format }) =>
    trans._n(one, many, count, format.count(count));
}

/** Figures by their names in a result, in the order in which they are told. */
const FIGURES: ReadonlyMap<string, InWords> = new Map(
  Object.entries<InWords>({
    count: counted('%2 entry', '%2 entries'),
    files: counted('%2 file', '%2 files'),
    folders: counted('%2 folder', '%2 folders'),
    links: counted('%2 link', '%2 links'),
    copied: counted('%2 file copied', '%2 files copied'),
    replaced: counted('%2 file replaced', '%2 files replaced'),
    kept_both: counted('%2 file kept beside another', '%2 files kept both'),
    identical: counted(
      '%2 file was there already',
      '%2 files were there already'
    ),
    skipped: counted('%2 file left out', '%2 files left out'),
    rows: counted('%2 row', '%2 rows'),
    rejected: counted('%2 row did not fit', '%2 rows did not fit'),
    bytes: (count, { format }) => format.bytes(count),
    size: (count, { format }) => format.bytes(count)
  })
);

/** What is shown in a way of its own, or is of no use to a person. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'format',
  'made',
  'removed',
  'verified',
  'checksum',
  'algorithm',
  'url',
  'table',
  'database',
  'import',
  'digest'
]);

/** What a result says in single figures and words, whatever the kind: `12 files · 3 folders · 2.0 KB`. */
export function factsIn(
  result: IOperation['result'],
  language: ILanguage
): string {
  const facts = result ?? {};
  return [
    ...(typeof facts['format'] === 'string' ? [facts['format']] : []),
    ...[...FIGURES].flatMap(([name, inWords]) => {
      const value = facts[name];
      return typeof value === 'number' && value > 0
        ? [inWords(value, language)]
        : [];
    }),
    ...changed(facts, language),
    ...aside(facts, language),
    ...checked(facts, language),
    ...others(facts, language)
  ].join(' · ');
}

/** Whether the bytes are those of a checksum that was given. */
function checked({ verified }: Result, { trans }: ILanguage): string[] {
  return typeof verified === 'boolean'
    ? [
        verified
          ? trans.__('checksum verified')
          : trans.__('there was no checksum to verify')
      ]
    : [];
}

/** How many rows of a table an import would change. */
function changed({ counts, table }: Result, language: ILanguage): string[] {
  const figures = counts as Partial<Record<string, unknown>> | null | undefined;
  const kinds: readonly DiffKind[] = ['added', 'removed', 'modified'];
  const parts = kinds.flatMap(kind => {
    const count = figures?.[kind];
    return typeof count === 'number' && count > 0
      ? [countInWords(kind, count, language)]
      : [];
  });
  return typeof table === 'string' && parts.length > 0
    ? [language.trans.__('%1: %2', table, parts.join(', '))]
    : [];
}

/** Where the rows are that did not fit. */
function aside({ aside }: Result, { trans }: ILanguage): string[] {
  return typeof aside === 'object' &&
    aside !== null &&
    'path' in aside &&
    typeof aside.path === 'string'
    ? [trans.__('kept aside in %1', aside.path)]
    : [];
}

/** What is not known by its name. */
function others(facts: Result, { trans, format }: ILanguage): string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (FIGURES.has(name) || ELSEWHERE.has(name)) {
      return [];
    }
    const text =
      typeof value === 'number'
        ? /(^|_)(size|bytes)$/.test(name)
          ? format.bytes(value)
          : format.count(value)
        : typeof value === 'string'
          ? value
          : '';
    return text === ''
      ? []
      : [trans.__('%1: %2', name.replaceAll('_', ' '), text)];
  });
}

/** A line of a list that a result has. */
export interface IListed {
  readonly path: string;
  /** Its size, or why it was left out. */
  readonly note: string;
}

/** What a result lists beside its figures: what is in an archive, what was left out, what to know. */
export interface IList {
  readonly title: string;
  readonly lines: readonly IListed[];
  /** How many more there are. */
  readonly more: number;
}

/** The lists of a result, those without anything in them left out. */
export function listsIn(
  result: IOperation['result'],
  language: ILanguage
): readonly IList[] {
  const { trans } = language;
  const { entries, count, skipped_files, skipped, notes } = result ?? {};
  const lists = [
    {
      title: trans.__('What is in it'),
      lines: lined(entries, ({ kind, size, path }) => ({
        path: kind === 'folder' ? `${path.replace(/\/$/, '')}/` : path,
        note:
          typeof size === 'number' && kind !== 'folder'
            ? language.format.bytes(size)
            : ''
      })),
      total: count
    },
    {
      title: trans.__('What was left out'),
      lines: lined(skipped_files, ({ path, message }) => ({
        path,
        note: typeof message === 'string' ? message : ''
      })),
      total: skipped
    },
    {
      title: trans.__('Notes'),
      lines: (Array.isArray(notes) ? notes : [])
        .filter(note => typeof note === 'string')
        .map(path => ({ path, note: '' })),
      total: undefined
    }
  ];
  return lists
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines, total }) => ({
      title,
      lines,
      more: typeof total === 'number' ? Math.max(0, total - lines.length) : 0
    }));
}

type Fields = Readonly<Record<string, unknown>>;

function lined(
  list: unknown,
  line: (fields: Fields & { readonly path: string }) => IListed
): readonly IListed[] {
  return (Array.isArray(list) ? (list as readonly Fields[]) : []).flatMap(
    fields => {
      const { path } = fields;
      return typeof path === 'string' ? [line({ ...fields, path })] : [];
    }
  );
}
