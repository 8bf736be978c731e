import * as React from 'react';
import type {
  IColumn,
  IRecipe,
  ITable,
  ITableColumn
} from '../../../engine/tables/model';
import {
  CheckField,
  RadioField,
  SelectField,
  TextField
} from '../../controls/field';
import { TextButton } from '../../controls/textButton';
import type { ILanguage } from '../../text/language';
import { typeChoices, typeInWords, whyInWords } from '../../text/tableText';

interface IColumnFormProps {
  readonly table: ITable;
  readonly recipe: IRecipe;
  /** Those of the table as they are shown. */
  readonly columns: readonly ITableColumn[];
  /** The name in the file. */
  readonly chosen: string | null;
  readonly choose: (source: string) => void;
  /** How many values do not fit, as far as anybody knows. */
  readonly rejects: (name: string) => number;
  readonly language: ILanguage;
}

const DATES = ['date', 'time', 'timestamp', 'timestamptz'];

/** Date formats that are usual. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  date: ['%d.%m.%Y', '%m/%d/%Y', '%d/%m/%Y', '%Y%m%d', '%d %b %Y', '%y-%m-%d'],
  time: ['%H:%M', '%H.%M', '%I:%M %p'],
  timestamp: [
    '%d.%m.%Y %H:%M',
    '%d.%m.%Y %H:%M:%S',
    '%m/%d/%Y %I:%M:%S %p',
    '%d/%m/%Y %H:%M',
    '%Y%m%d%H%M%S'
  ],
  timestamptz: ['%Y-%m-%dT%H:%M:%S%z', '%d/%b/%Y:%H:%M:%S %z']
};

/** What becomes of one column. */
export function ColumnForm(props: IColumnFormProps): React.ReactElement {
  const { table, recipe, columns, choose, language } = props;
  const { trans } = language;
  const column =
    recipe.columns.find(({ source }) => source === props.chosen) ??
    recipe.columns[0];
  if (column === undefined) {
    return <p>{trans.__('The table has no columns.')}</p>;
  }
  const { source } = column;
  const shown = columns.find(one => one.source === source);
  const change = (one: Partial<IColumn>) => table.changeColumn(source, one);
  const left = recipe.columns.filter(({ keep }) => !keep);
  return (
    <>
      <SelectField
        label={trans.__('Column')}
        value={source}
        choices={recipe.columns.map(one => ({
          value: one.source,
          title: one.keep ? one.name : trans.__('%1 (left out)', one.name)
        }))}
        onChange={choose}
      />
      <TextField
        key={source}
        label={trans.__('Name')}
        value={column.name}
        hint={
          column.name === source
            ? undefined
            : trans.__('“%1” in the file', source)
        }
        onChange={name => name !== '' && change({ name })}
      />
      <TypeFields
        column={column}
        shown={shown}
        change={change}
        isText={recipe.format === 'csv' || recipe.format === 'json_lines'}
        language={language}
      />
      <CheckField
        label={trans.__('Leave this column out')}
        checked={!column.keep}
        onChange={out => change({ keep: !out })}
      />
      {left.length > 1 && (
        <TextButton
          label={trans._n(
            'Put %1 column back',
            'Put %1 columns back',
            left.length
          )}
          onClick={() =>
            left.forEach(one => table.changeColumn(one.source, { keep: true }))
          }
        />
      )}
      {column.keep && column.type !== 'text' && column.type !== 'as_is' && (
        <RejectsField
          column={column}
          count={props.rejects(column.name)}
          change={change}
          language={language}
        />
      )}
    </>
  );
}

/** The type, why it is that one, and how it is written in the file. */
function TypeFields(props: {
  readonly column: IColumn;
  readonly shown: ITableColumn | undefined;
  readonly change: (change: Partial<IColumn>) => void;
  readonly isText: boolean;
  readonly language: ILanguage;
}): React.ReactElement {
  const { column, shown, change, isText, language } = props;
  const { trans } = language;
  const { type, format } = column;
  const [, precision = '18', scale = '3'] =
    /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  const kind = type.replace(/\(.*$/, '');
  const why = shown?.type === type ? whyInWords(shown, language) : null;
  const own = { value: 'as_is', title: trans.__('As in the file') };
  const resize = (digits: number, decimals: number) => {
    if (digits >= 1 && digits <= 38 && decimals >= 0 && decimals <= digits) {
      change({ type: `decimal(${digits},${decimals})` });
    }
  };
  return (
    <>
      <SelectField
        label={trans.__('Type')}
        value={kind}
        choices={[
          ...(isText ? [] : [own]),
          ...typeChoices(trans).map(one => ({
            value: one.type,
            title: `${one.title} (${one.type})`
          }))
        ]}
        hint={why ?? undefined}
        onChange={next =>
          change({
            type: next === 'decimal' ? `decimal(${precision},${scale})` : next,
            // One of dates does not fit times.
            format: null
          })
        }
      />
      {kind === 'decimal' && (
        <div className="jp-BigUpload-fields">
          <TextField
            label={trans.__('Digits')}
            type="number"
            value={precision}
            onChange={digits => resize(Number(digits), Number(scale))}
          />
          <TextField
            label={trans.__('Of these decimals')}
            type="number"
            value={scale}
            onChange={decimals => resize(Number(precision), Number(decimals))}
          />
        </div>
      )}
      {DATES.includes(kind) && (
        <TextField
          key={kind}
          label={trans.__('Format')}
          value={format ?? ''}
          placeholder={trans.__('As in ISO 8601')}
          suggestions={FORMATS[kind] ?? []}
          hint={trans.__(
            '%d day, %m month, %Y year, %H hour, %M minute, %S second'
          )}
          onChange={text => change({ format: text === '' ? null : text })}
        />
      )}
    </>
  );
}

/** What becomes of values that do not fit. */
function RejectsField(props: {
  readonly column: IColumn;
  readonly count: number;
  readonly change: (change: Partial<IColumn>) => void;
  readonly language: ILanguage;
}): React.ReactElement {
  const { column, count, change, language } = props;
  const { trans, format } = language;
  return (
    <>
      <RadioField
        label={
          count === 0
            ? trans.__('What does not fit')
            : trans._n(
                '%2 value does not fit',
                '%2 values do not fit',
                count,
                format.count(count)
              )
        }
        value={column.rejects}
        choices={[
          {
            value: 'aside',
            title: trans.__('Keep its row aside'),
            hint: trans.__('In a file of its own, as it is')
          },
          {
            value: 'null',
            title: trans.__('Make it null'),
            hint: trans.__('And keep the rest of the row')
          },
          {
            value: 'text',
            title: trans.__('Change the column to text'),
            hint: trans.__(
              'Instead of “%1”: everything fits',
              typeInWords(column.type, trans)
            )
          }
        ]}
        onChange={value =>
          change(
            value === 'text'
              ? { type: 'text', format: null }
              : { rejects: value === 'null' ? 'null' : 'aside' }
          )
        }
      />
    </>
  );
}
