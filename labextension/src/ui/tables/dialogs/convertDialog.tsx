import * as React from 'react';
import type { IOperation } from '../../../engine/operations/model';
import type { IRecipe } from '../../../engine/tables/model';
import { CheckListField, SelectField, TextField } from '../../controls/field';
import { submitForm } from '../../dialogs/form';
import { baseName, stemOf } from '../../text/filename';
import type { IFilePlace, ITableServices } from '../services';
import { rejectChoices } from './rejectChoices';

const ENDINGS = {
  parquet: '.parquet',
  csv: '.csv',
  json_lines: '.jsonl',
  arrow: '.arrow',
  duckdb: '.duckdb'
} as const;

type TableFormat = keyof typeof ENDINGS;

interface IConversion {
  readonly format: TableFormat;
  readonly to: string;
  readonly folder: string;
  readonly name: string;
  readonly partition_by: readonly string[];
  readonly on_conflict: string;
  readonly rejects: string;
}

/** Ask what a table becomes, and start that. */
export async function convert(
  place: IFilePlace,
  recipe: IRecipe,
  services: ITableServices
): Promise<IOperation | null> {
  const { operations, destinations, language } = services;
  const { trans } = language;
  const stem = stemOf(place.path);
  return submitForm<IConversion, IOperation>({
    title: trans.__('Convert “%1”', baseName(place.path)),
    initial: {
      format: 'parquet',
      to: place.destination,
      folder: place.path.split('/').slice(0, -1).join('/'),
      name: `${stem}${ENDINGS.parquet}`,
      partition_by: [],
      on_conflict: 'rename',
      rejects: 'aside'
    },
    submitLabel: trans.__('Convert'),
    language,
    submit: values =>
      operations.start('convert_table', place, {
        ...values,
        partition_by: canBePartitioned(values.format)
          ? values.partition_by
          : [],
        recipe
      }),
    fields: (values, change) => (
      <>
        <div className="jp-BigUpload-fields">
          <SelectField
            label={trans.__('Format')}
            value={values.format}
            choices={[
              { value: 'parquet', title: trans.__('Parquet') },
              { value: 'csv', title: trans.__('CSV') },
              { value: 'json_lines', title: trans.__('JSON lines') },
              { value: 'arrow', title: trans.__('Arrow') },
              { value: 'duckdb', title: trans.__('DuckDB database') }
            ]}
            onChange={value => {
              const format = value as TableFormat;
              change({ format, name: renamed(values, format) });
            }}
          />
          <SelectField
            label={trans.__('Destination')}
            value={values.to}
            choices={destinations.list.map(({ name, title }) => ({
              value: name,
              title
            }))}
            onChange={to => change({ to })}
          />
        </div>
        <div className="jp-BigUpload-fields">
          <TextField
            label={trans.__('Folder')}
            value={values.folder}
            placeholder={trans.__('The root of the destination')}
            onChange={folder =>
              change({ folder: folder.trim().replace(/^\/+|\/+$/g, '') })
            }
          />
          <TextField
            label={trans.__('Name')}
            value={values.name}
            onChange={name => change({ name: name.trim() })}
          />
        </div>
        <div className="jp-BigUpload-fields">
          <SelectField
            label={trans.__('If there is one of that name')}
            value={values.on_conflict}
            choices={[
              { value: 'rename', title: trans.__('Keep both') },
              { value: 'replace', title: trans.__('Replace it') },
              { value: 'fail', title: trans.__('Stop') }
            ]}
            onChange={on_conflict => change({ on_conflict })}
          />
          <SelectField
            label={trans.__('Rows that do not fit')}
            value={values.rejects}
            choices={rejectChoices(trans)}
            onChange={rejects => change({ rejects })}
          />
        </div>
        {canBePartitioned(values.format) && (
          <CheckListField
            label={trans.__('Divide into folders by')}
            hint={trans.__(
              'One file where nothing is chosen; otherwise a folder for each value'
            )}
            choices={recipe.columns
              .filter(({ keep }) => keep)
              .map(({ name }) => ({ value: name, title: name }))}
            chosen={values.partition_by}
            onChange={partition_by => change({ partition_by })}
          />
        )}
      </>
    )
  });
}

function canBePartitioned(format: TableFormat): boolean {
  return format === 'parquet';
}

/** The same name for another format, unless the person has said an ending of their own. */
function renamed({ name, format }: IConversion, next: TableFormat): string {
  const ending = ENDINGS[format];
  return name.endsWith(ending)
    ? `${name.slice(0, -ending.length)}${ENDINGS[next]}`
    : name;
}
