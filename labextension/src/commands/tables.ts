/** The commands that show tables and databases. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { historyIcon, spreadsheetIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IThing } from '../engine/operations/model';
import type { IComparison } from '../engine/tables/versions';
import { mayBeDatabase, mayBeTable } from '../ui/tables/endings';
import type { ILanguage } from '../ui/text/language';
import { CommandIDs } from './ids';
import type { IBrowser, Place } from './selection';
import { placeIn, selected } from './selection';

export interface ITableCommandOptions {
  readonly language: ILanguage;
  /** The file browser that the person used last. */
  readonly currentBrowser: () => IBrowser;
  /** @param upload - the server's id of the upload of a file that is still coming. */
  readonly openTable: (place: Place, upload: string | null) => void;
  readonly openHistory: (path: string) => void;
  readonly openDiff: (comparison: IComparison, isPending: boolean) => void;
}

export function addTableCommands(
  { commands }: Pick<JupyterFrontEnd, 'commands'>,
  options: ITableCommandOptions
): void {
  const { language, currentBrowser } = options;
  const { trans } = language;
  const path = {
    type: 'string',
    description: trans.__(
      'The path of the file from the root of its destination'
    )
  };
  const toSelection = {
    type: 'boolean',
    description: trans.__('Show what is selected in the file browser')
  };
  const chosen = (args: ReadonlyPartialJSONObject): readonly Place[] =>
    args['toSelection'] === true ? selected(currentBrowser()) : placeIn(args);
  const fits = (
    args: ReadonlyPartialJSONObject,
    test: (thing: IThing) => boolean
  ) => {
    if (args['toSelection'] !== true) {
      return true;
    }
    const things = selected(currentBrowser());
    return things.length > 0 && things.every(test);
  };

  commands.addCommand(CommandIDs.viewTable, {
    label: trans.__('View as Table'),
    caption: trans.__('Look at it as a table, and change how it is read'),
    icon: spreadsheetIcon,
    isVisible: args => fits(args, mayBeTable),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          destination: {
            type: 'string',
            description: trans.__(
              'The name of the destination of the file; the home folder by default'
            )
          },
          path,
          upload: {
            type: 'string',
            description: trans.__('The upload of a file that is still coming')
          },
          toSelection
        }
      }
    },
    execute: args => {
      const { upload } = args;
      for (const place of chosen(args)) {
        options.openTable(place, typeof upload === 'string' ? upload : null);
      }
    }
  });
  commands.addCommand(CommandIDs.viewHistory, {
    label: trans.__('View History'),
    caption: trans.__('Show the commits and branches of a doltlite database'),
    icon: historyIcon,
    isVisible: args => fits(args, mayBeDatabase),
    describedBy: {
      args: { type: 'object', properties: { path, toSelection } }
    },
    execute: args =>
      chosen(args).forEach(place => options.openHistory(place.path))
  });
  const text = (description: string) => ({ type: 'string', description });
  commands.addCommand(CommandIDs.viewDiff, {
    label: trans.__('View Changes of a Table'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path,
          table: text(trans.__('The name of the table')),
          from: text(trans.__('A commit or a branch')),
          to: text(trans.__('A later commit or branch')),
          isPending: {
            type: 'boolean',
            description: trans.__('It is an import that is not committed yet')
          }
        },
        required: ['path', 'table', 'from', 'to']
      }
    },
    execute: args =>
      options.openDiff(
        {
          database: textIn(args, 'path'),
          table: textIn(args, 'table'),
          from: textIn(args, 'from'),
          to: textIn(args, 'to')
        },
        args['isPending'] === true
      )
  });
}

function textIn(args: ReadonlyPartialJSONObject, name: string): string {
  const value = args[name];
  if (typeof value !== 'string') {
    throw new TypeError(`The argument “${name}” is missing.`);
  }
  return value;
}
