import { Notification } from '@jupyterlab/apputils';
import * as React from 'react';
import type { IKind, IOperation } from '../../engine/operations/model';
import type { IProfile, IRecipe } from '../../engine/tables/model';
import { showCode } from '../code/dialog';
import { changesOf } from '../dolt/changes';
import { tellWhatIsMissing } from '../operations/start';
import { messageOf } from '../text/messages';
import { convert } from './dialogs/convertDialog';
import { importTable } from './dialogs/importDialog';
import { showRecipes } from './dialogs/recipesDialog';
import type { IFilePlace } from './services';
import type { ITableViewProps } from './tableView';
import type { ITableAction } from './toolbar';

/**
 * Where a table can go from here.
 *
 * @param profileOf - what is known of a column, by its name.
 * @param isSeen - whether the person still looks at the table.
 */
export function useActions(
  { table, name, place, services }: ITableViewProps,
  profileOf: (name: string) => IProfile | null,
  isSeen: () => boolean
): readonly ITableAction[] {
  const { operations, destinations, language, tables } = services;
  const { trans } = language;
  const imported = React.useRef(new Set<string>());
  React.useEffect(
    () =>
      operations.ended.subscribe(operation => {
        const comparison = changesOf(operation);
        if (imported.current.delete(operation.key) && comparison !== null) {
          if (isSeen()) {
            services.openDiff(comparison, true);
          } else {
            Notification.success(
              trans.__('“%1” waits to be committed.', comparison.table),
              {
                actions: [
                  {
                    label: trans.__('Show changes'),
                    callback: () => services.openDiff(comparison, true)
                  }
                ]
              }
            );
          }
        }
      }),
    [operations, services]
  );

  const { recipe } = table.state;
  const isComplete = table.state.table?.complete === true;
  const withKind = async (
    kind: string,
    run: (place: IFilePlace, recipe: IRecipe) => Promise<IOperation | null>
  ) => {
    const missing = missingFor(kind, operations.kinds);
    if (missing !== null) {
      await tellWhatIsMissing(missing.title, missing.missing, language);
    } else if (place !== null && recipe !== null) {
      return run(place, recipe);
    }
    return null;
  };
  const told = (work: Promise<unknown>) =>
    void work.catch((error: unknown) => Notification.error(messageOf(error)));
  const onComplete: readonly ITableAction[] = [
    {
      id: 'convert',
      label: trans.__('Convert…'),
      run: () =>
        told(
          withKind('convert_table', (place, recipe) =>
            convert(place, recipe, services)
          )
        )
    },
    {
      id: 'import',
      label: trans.__('Import into Dolt…'),
      run: () =>
        told(
          withKind('import_table', async (place, recipe) => {
            const started = await importTable(
              place,
              recipe,
              profileOf,
              services
            );
            if (started !== null) {
              imported.current.add(started.key);
            }
            return started;
          })
        )
    },
    {
      id: 'code',
      label: trans.__('Code…'),
      run: () => {
        if (place !== null) {
          const insert = services.inserter();
          told(showCode(place, { destinations, language, insert }));
        }
      }
    }
  ];
  return [
    {
      id: 'recipes',
      label: trans.__('Recipes…'),
      run: () => {
        if (recipe !== null) {
          told(
            showRecipes({
              recipes: tables.recipes,
              recipe,
              name,
              use: one => table.use(one),
              language
            })
          );
        }
      }
    },
    ...(place !== null && isComplete ? onComplete : [])
  ];
}

/** The kind whose extra is missing on the server; null where nothing is. */
function missingFor(
  name: string,
  kinds: readonly IKind[]
): { readonly title: string; readonly missing: string } | null {
  const kind = kinds.find(one => one.name === name);
  return kind === undefined || kind.missing === null
    ? null
    : { title: kind.title, missing: kind.missing };
}
