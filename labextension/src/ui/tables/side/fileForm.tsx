import * as React from 'react';
import type { IDialect, IRecipe, ITable } from '../../../engine/tables/model';
import { CheckField, SelectField, TextField } from '../../controls/field';
import type { ILanguage } from '../../text/language';

interface IFileFormProps {
  readonly table: ITable;
  readonly recipe: IRecipe;
  readonly language: ILanguage;
}

const ENCODINGS = [
  'utf-8',
  'utf-16',
  'utf-16-le',
  'windows-1252',
  'latin-1',
  'iso8859-15',
  'cp437',
  'shift_jis',
  'gb18030',
  'koi8-r'
];

/** How the text of a file is taken apart. */
export function FileForm(props: IFileFormProps): React.ReactElement {
  const { table, recipe, language } = props;
  const { trans } = language;
  const { dialect } = recipe;
  if (recipe.format === 'excel') {
    const sheets = table.state.table?.sheets ?? [];
    return (
      <SelectField
        label={trans.__('Sheet')}
        value={recipe.sheet ?? sheets[0] ?? ''}
        choices={sheets.map(name => ({ value: name, title: name }))}
        onChange={sheet => table.changeSheet(sheet)}
      />
    );
  }
  if (recipe.format !== 'csv' || dialect === undefined) {
    return (
      <p>
        {trans.__(
          'This file says itself how it is to be read. Names and types of its columns can be changed in “Column”.'
        )}
      </p>
    );
  }
  const change = (one: Partial<IDialect>) => table.changeDialect(one);
  const select = (
    label: string,
    name:
      'delimiter' | 'quote' | 'escape' | 'decimal' | 'thousands' | 'comment',
    choices: readonly (readonly [value: string, title: string])[]
  ) => (
    <SelectField
      label={label}
      value={dialect[name]}
      choices={choices.map(([value, title]) => ({ value, title }))}
      onChange={value => change(withoutClash(dialect, name, value))}
    />
  );
  const none = trans.__('None');
  return (
    <>
      <div className="jp-BigUpload-fields">
        {select(trans.__('Delimiter'), 'delimiter', [
          [',', trans.__('Comma ,')],
          [';', trans.__('Semicolon ;')],
          ['\t', trans.__('Tab')],
          ['|', trans.__('Bar |')],
          [' ', trans.__('Space')],
          [':', trans.__('Colon :')]
        ])}
        <TextField
          label={trans.__('Encoding')}
          value={dialect.encoding}
          suggestions={ENCODINGS}
          onChange={encoding => encoding !== '' && change({ encoding })}
        />
        {select(trans.__('Quote'), 'quote', [
          ['"', '"'],
          ["'", "'"],
          ['', none]
        ])}
        {select(trans.__('Escape'), 'escape', [
          ['"', '"'],
          ['\\', '\\'],
          ["'", "'"],
          ['', none]
        ])}
        {select(trans.__('Decimal mark'), 'decimal', [
          ['.', trans.__('Point 1.5')],
          [',', trans.__('Comma 1,5')]
        ])}
        {select(trans.__('Thousands'), 'thousands', [
          ['', none],
          [',', '1,000'],
          ['.', '1.000'],
          [' ', '1 000'],
          ["'", "1'000"],
          ['_', '1_000']
        ])}
        <TextField
          label={trans.__('Lines to skip')}
          type="number"
          value={`${dialect.skip}`}
          onChange={text => {
            const skip = Number(text);
            if (text !== '' && Number.isSafeInteger(skip) && skip >= 0) {
              change({ skip });
            }
          }}
        />
        {select(trans.__('Comment lines'), 'comment', [
          ['', none],
          ['#', '#'],
          ['%', '%'],
          ['!', '!'],
          [';', ';']
        ])}
      </div>
      <CheckField
        label={trans.__('The first line has the names')}
        checked={dialect.header}
        onChange={header => change({ header })}
      />
      <CheckField
        label={trans.__('Empty is null')}
        checked={dialect.nulls.includes('')}
        onChange={checked =>
          change({
            nulls: checked
              ? ['', ...wordsIn(dialect.nulls)]
              : wordsIn(dialect.nulls)
          })
        }
      />
      <TextField
        label={trans.__('Words that mean null')}
        value={wordsIn(dialect.nulls).join(', ')}
        placeholder={trans.__('NA, n/a, -')}
        hint={trans.__('Separated by commas')}
        onChange={text =>
          change({
            nulls: [
              ...(dialect.nulls.includes('') ? [''] : []),
              ...new Set(
                text
                  .split(',')
                  .map(word => word.trim())
                  .filter(Boolean)
              )
            ]
          })
        }
      />
    </>
  );
}

function wordsIn(nulls: readonly string[]): readonly string[] {
  return nulls.filter(word => word !== '');
}

/** One mark can't mean two things: what the person says last holds. */
export function withoutClash(
  dialect: IDialect,
  name: keyof IDialect,
  value: string
): Partial<IDialect> {
  const clashes: Partial<Record<keyof IDialect, Partial<IDialect>>> = {
    decimal: dialect.thousands === value ? { thousands: '' } : {},
    thousands:
      dialect.decimal === value ? { decimal: value === '.' ? ',' : '.' } : {},
    delimiter: dialect.comment === value ? { comment: '' } : {},
    // A quote within quotes is mostly written twice.
    quote: dialect.escape === dialect.quote ? { escape: value } : {}
  };
  return { [name]: value, ...clashes[name] };
}
