import * as React from 'react';
import type { IOperation } from '../../../engine/operations/model';
import type { IProfile, IRecipe } from '../../../engine/tables/model';
import {
  CheckField,
  CheckListField,
  RadioField,
  SelectField,
  TextField
} from '../../controls/field';
import { submitForm } from '../../dialogs/form';
import { baseName, stemOf } from '../../text/filename';
import type { ILanguage } from '../../text/language';
import type { IFilePlace, ITableServices } from '../services';
import { isCalled, keysIn } from './keys';
import { rejectChoices } from './rejectChoices';
import type { KnownTable } from './useTables';
import { useTables } from './useTables';

interface IImport {
  readonly database: string;
  readonly table: string;
  readonly mode: 'create' | 'append' | 'update';
  readonly key: readonly string[];
  readonly replace: boolean;
  readonly new_columns: string;
  readonly remove_missing: boolean;
  readonly rejects: string;
}

/** Ask into which table of which database, and start that. */
export async function importTable(
  place: IFilePlace,
  recipe: IRecipe,
  profileOf: (name: string) => IProfile | null,
  services: ITableServices
): Promise<IOperation | null> {
  const { operations, language } = services;
  const { trans } = language;
  const stem = stemOf(place.path);
  const [existing] = services.databases();
  const keys = keysIn(recipe, profileOf);
  const likely = keys.filter(isCalled).slice(0, 1);
  return submitForm<IImport, IOperation>({
    title: trans.__('Import “%1” into a database', baseName(place.path)),
    initial: {
      database: existing ?? `${stem}.db`,
      table: stem.replace(/\W+/g, '_').replace(/^(?=\d)/, '_'),
      mode: 'create',
      key: likely,
      replace: false,
      new_columns: 'fail',
      remove_missing: false,
      rejects: 'aside'
    },
    submitLabel: trans.__('Import'),
    language,
    submit: values => operations.start('import_table', place, known(values)),
    fields: (values, change) => (
      <ImportFields
        values={values}
        change={change}
        recipe={recipe}
        keys={keys}
        services={services}
      />
    )
  });

  /** What the server knows of; a key is only said of a table that is made. */
  function known(values: IImport): Readonly<Record<string, unknown>> {
    const kind = operations.kinds.find(({ name }) => name === 'import_table');
    const { properties = {} } = kind?.parameters ?? {};
    const all = {
      ...values,
      key: values.mode === 'create' ? values.key : [],
      recipe
    };
    return Object.fromEntries(
      Object.entries(all).filter(
        ([name]) => kind === undefined || Object.hasOwn(properties, name)
      )
    );
  }
}

function ImportFields(props: {
  readonly values: IImport;
  readonly change: (change: Partial<IImport>) => void;
  readonly recipe: IRecipe;
  readonly keys: readonly string[];
  readonly services: ITableServices;
}): React.ReactElement {
  const { values, change, recipe, keys, services } = props;
  const { trans } = services.language;
  const found = useTables(values.database, services);
  const there = found?.find(
    ({ name }) => name.toLowerCase() === values.table.toLowerCase()
  );
  const canUpdate = there?.columns.some(({ key }) => key) === true;
  React.useEffect(() => {
    // What was chosen may not be possible in another database, or with another table.
    if (there === undefined && values.mode !== 'create') {
      change({ mode: 'create' });
    } else if (
      there !== undefined &&
      values.mode === 'create' &&
      !values.replace
    ) {
      change({ mode: canUpdate ? 'update' : 'append' });
    }
  }, [there?.name, canUpdate]);
  return (
    <>
      <TextField
        label={trans.__('Database file')}
        value={values.database}
        suggestions={services.databases()}
        hint={
          found === null
            ? trans.__('It is made in your home folder.')
            : found === undefined
              ? trans.__('A path in your home folder that ends in .db')
              : trans._n(
                  'It is there, with %1 table.',
                  'It is there, with %1 tables.',
                  found.length
                )
        }
        onChange={database => change({ database: database.trim() })}
      />
      <TextField
        label={trans.__('Table')}
        value={values.table}
        suggestions={found?.map(({ name }) => name) ?? []}
        onChange={table => change({ table: table.trim() })}
      />
      {there === undefined ? (
        <KeyField
          recipe={recipe}
          keys={keys}
          chosen={values.key}
          onChange={key => change({ key })}
          language={services.language}
        />
      ) : (
        <Existing
          values={values}
          change={change}
          table={there}
          canUpdate={canUpdate}
          recipe={recipe}
          language={services.language}
        />
      )}
      <SelectField
        label={trans.__('Rows that do not fit')}
        value={values.rejects}
        choices={rejectChoices(trans)}
        onChange={rejects => change({ rejects })}
      />
    </>
  );
}

/** What is done with a table that is there already. */
function Existing(props: {
  readonly values: IImport;
  readonly change: (change: Partial<IImport>) => void;
  readonly table: KnownTable;
  readonly canUpdate: boolean;
  readonly recipe: IRecipe;
  readonly language: ILanguage;
}): React.ReactElement {
  const { values, change, table, canUpdate, recipe, language } = props;
  const { trans, format } = language;
  const key = table.columns.filter(one => one.key).map(one => one.name);
  const names = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  const fresh = recipe.columns.filter(
    ({ name, keep }) => keep && !names.has(name.toLowerCase())
  );
  return (
    <>
      <RadioField
        label={trans._n(
          'The table is there, with %2 row',
          'The table is there, with %2 rows',
          table.rows,
          format.count(table.rows)
        )}
        value={values.mode}
        choices={[
          ...(canUpdate
            ? [
                {
                  value: 'update',
                  title: trans.__('Update it by its key (%1)', key.join(', ')),
                  hint: trans.__(
                    'Rows with a key that is there are changed, others added'
                  )
                }
              ]
            : []),
          {
            value: 'append',
            title: trans.__('Add the rows to it')
          },
          {
            value: 'create',
            title: trans.__('Replace it'),
            hint: trans.__('Its history stays')
          }
        ]}
        onChange={mode =>
          change({ mode: mode as IImport['mode'], replace: mode === 'create' })
        }
      />
      {values.mode === 'update' && (
        <CheckField
          label={trans.__('Remove rows that are not in the file')}
          checked={values.remove_missing}
          onChange={remove_missing => change({ remove_missing })}
        />
      )}
      {values.mode !== 'create' && fresh.length > 0 && (
        <SelectField
          label={trans.__('Columns that the table has not')}
          value={values.new_columns}
          hint={fresh.map(({ name }) => name).join(', ')}
          choices={[
            { value: 'fail', title: trans.__('Stop') },
            { value: 'add', title: trans.__('Add them to the table') },
            { value: 'leave_out', title: trans.__('Leave them out') }
          ]}
          onChange={new_columns => change({ new_columns })}
        />
      )}
    </>
  );
}

/** The columns that tell the rows of a new table apart. */
function KeyField(props: {
  readonly recipe: IRecipe;
  readonly keys: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (key: readonly string[]) => void;
  readonly language: ILanguage;
}): React.ReactElement {
  const { recipe, keys, chosen, onChange, language } = props;
  const { trans } = language;
  const others = recipe.columns
    .filter(({ name, keep }) => keep && !keys.includes(name))
    .map(({ name }) => name);
  return (
    <CheckListField
      label={trans.__('Key')}
      hint={trans.__(
        'Columns that tell the rows apart: by them the table can be updated later, and changes are shown cell by cell. May be left empty.'
      )}
      choices={[...keys, ...others].map(name => ({
        value: name,
        title: keys.includes(name) ? trans.__('%1 (may be a key)', name) : name
      }))}
      chosen={chosen}
      onChange={onChange}
    />
  );
}
