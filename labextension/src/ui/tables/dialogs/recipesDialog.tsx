import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';
import type {
  IKeptRecipe,
  IRecipe,
  IRecipes
} from '../../../engine/tables/model';
import { TextField } from '../../controls/field';
import { TextButton } from '../../controls/textButton';
import { useLoaded } from '../../hooks/useLoaded';
import { stemOf } from '../../text/filename';
import type { ILanguage } from '../../text/language';
import { messageOf } from '../../text/messages';

interface IRecipesOptions {
  readonly recipes: IRecipes;
  /** The one that the table is read by now. */
  readonly recipe: IRecipe;
  /** Of the file. */
  readonly name: string;
  readonly use: (recipe: IRecipe) => void;
  readonly language: ILanguage;
}

/** Show the kept recipes: use one, keep the one at hand, or take it away as a file. */
export async function showRecipes(options: IRecipesOptions): Promise<void> {
  const { trans } = options.language;
  const body = ReactWidget.create(
    <Recipes
      {...options}
      use={recipe => {
        options.use(recipe);
        Dialog.flush();
      }}
    />
  );
  body.addClass('jp-BigUpload-formDialog');
  await showDialog({
    title: trans.__('Recipes'),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}

function Recipes(props: IRecipesOptions): React.ReactElement {
  const { recipes, recipe, language, use } = props;
  const { trans } = language;
  const load = React.useCallback(() => recipes.list(), [recipes]);
  const { loaded, again } = useLoaded(load);
  const [name, setName] = React.useState(stemOf(props.name));
  const [told, setTold] = React.useState('');
  const run = (request: Promise<void>, done: string) =>
    void request.then(
      () => {
        setTold(done);
        again();
      },
      (error: unknown) => setTold(messageOf(error))
    );
  return (
    <div className="jp-BigUpload-formFields">
      <p>
        {trans.__(
          'A recipe says how a file is read: its dialect, names, types, and what becomes of what does not fit. It is offered for the next file that looks alike.'
        )}
      </p>
      <div className="jp-BigUpload-withButton">
        <TextField
          label={trans.__('Name')}
          value={name}
          onChange={text => setName(text.trim())}
        />
        <TextButton
          label={trans.__('Save')}
          disabled={name === ''}
          onClick={() =>
            run(recipes.save(name, recipe), trans.__('“%1” is kept.', name))
          }
        />
        <TextButton
          label={trans.__('Download')}
          onClick={() => download(`${name || 'recipe'}.recipe.json`, recipe)}
        />
      </div>
      <p role="status">{told}</p>
      {loaded.state === 'failed' && (
        <p className="jp-BigUpload-warning">{loaded.message}</p>
      )}
      {loaded.state === 'loaded' && (
        <Kept
          kept={loaded.value}
          use={use}
          remove={({ id, name }) =>
            run(recipes.remove(id), trans.__('“%1” is deleted.', name))
          }
          language={language}
        />
      )}
    </div>
  );
}

function Kept({
  kept,
  use,
  remove,
  language: { trans, format }
}: {
  readonly kept: readonly IKeptRecipe[];
  readonly use: (recipe: IRecipe) => void;
  readonly remove: (recipe: IKeptRecipe) => void;
  readonly language: ILanguage;
}): React.ReactElement {
  return kept.length === 0 ? (
    <p>{trans.__('No recipe is kept yet.')}</p>
  ) : (
    <ul className="jp-BigUpload-recipes" aria-label={trans.__('Kept recipes')}>
      {kept.map(one => (
        <li key={one.id}>
          <span title={one.name}>{one.name}</span>
          <small>
            {one.saved !== undefined && format.date(new Date(one.saved))}
          </small>
          <TextButton
            label={trans.__('Use')}
            about={one.name}
            onClick={() => use(one.recipe)}
          />
          <TextButton
            label={trans.__('Delete')}
            about={one.name}
            onClick={() => remove(one)}
          />
        </li>
      ))}
    </ul>
  );
}

function download(name: string, recipe: IRecipe): void {
  const blob = new Blob([`${JSON.stringify(recipe, null, 2)}\n`], {
    type: 'application/json'
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
