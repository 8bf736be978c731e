/** The command that has the server do something with files that are there. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { linkIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IDestinations } from '../destinations';
import type {
  IKind,
  IOperation,
  IOperations
} from '../engine/operations/model';
import { hasParameters } from '../engine/operations/model';
import { HOME } from '../engine/ports';
import type { IPlaces } from '../ui/operations/form';
import { startOperations } from '../ui/operations/start';
import type { ILanguage } from '../ui/text/language';
import { CommandIDs } from './ids';
import type { IBrowser, Place } from './selection';
import { placeIn, selected } from './selection';

export interface IOperationOptions {
  readonly operations: IOperations;
  readonly destinations: IDestinations;
  readonly language: ILanguage;
  /** The file browser that the person used last. */
  readonly currentBrowser: () => IBrowser;
}

export function addOperation(
  { commands }: Pick<JupyterFrontEnd, 'commands'>,
  options: IOperationOptions
): void {
  const { operations, currentBrowser } = options;
  const { trans } = options.language;
  const kindOf = ({ kind }: ReadonlyPartialJSONObject): IKind | undefined =>
    operations.kinds.find(({ name }) => name === kind);
  commands.addCommand(CommandIDs.operation, {
    label: args => {
      const kind = kindOf(args);
      return kind === undefined
        ? trans.__('Have the server work on a file')
        : kind.missing !== null
          ? trans.__('%1 (not installed)', kind.title)
          : hasParameters(kind)
            ? trans.__('%1…', kind.title)
            : kind.title;
    },
    caption: args => kindOf(args)?.description ?? '',
    icon: args => (kindOf(args)?.takes === 'nothing' ? linkIcon : undefined),
    isVisible: args => {
      const kind = kindOf(args);
      return (
        args['toSelection'] !== true ||
        (kind !== undefined &&
          operations.fitting(selected(currentBrowser())).includes(kind))
      );
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          kind: {
            type: 'string',
            description: trans.__('What is done: the name of a kind')
          },
          destination: {
            type: 'string',
            description: trans.__(
              'The name of the destination of the file; the home folder by default'
            )
          },
          path: {
            type: 'string',
            description: trans.__(
              'The path of the file from the root of the destination'
            )
          },
          parameters: {
            type: 'object',
            description: trans.__(
              'How it is done; where this is left out, the person is asked'
            )
          },
          toCurrentFolder: {
            type: 'boolean',
            description: trans.__(
              'Do it in the folder that is open, of the destination that is chosen'
            )
          },
          toSelection: {
            type: 'boolean',
            description: trans.__(
              'Do it with what is selected in the file browser'
            )
          }
        },
        required: ['kind']
      }
    },
    execute: args => run(args, options)
  });
  operations.changed.subscribe(() =>
    commands.notifyCommandChanged(CommandIDs.operation)
  );
}

/** @returns what was started. */
async function run(
  args: ReadonlyPartialJSONObject,
  options: IOperationOptions
): Promise<readonly IOperation[]> {
  const { operations, language, currentBrowser } = options;
  const { kind: name, parameters } = args;
  if (typeof name !== 'string') {
    throw new TypeError('The argument “kind” is missing.');
  }
  const places =
    args['toSelection'] === true
      ? selected(currentBrowser())
      : args['toCurrentFolder'] === true
        ? [currentFolder(options)]
        : placeIn(args);
  const kind = operations.kinds.find(one => one.name === name);
  if (kind === undefined || parameters !== undefined) {
    // A program says how, or names what the server knows nothing of, and gets its answer.
    return Promise.all(
      places.map(place =>
        operations.start(name, place, parameters as IOperation['parameters'])
      )
    );
  }
  return startOperations(kind, places, {
    operations,
    language,
    places: () => placesOf(options)
  });
}

/** The folder that is open in the destination that is chosen. */
function currentFolder(options: IOperationOptions): Place {
  const { destination } = options.destinations.chosen;
  return { destination, path: folderIn(destination, options) };
}

function placesOf(options: IOperationOptions): IPlaces {
  const { list, chosen } = options.destinations;
  return {
    destinations: list,
    chosen: chosen.destination,
    folderIn: destination => folderIn(destination, options)
  };
}

/** The folder that is open in a destination. */
function folderIn(
  destination: string,
  { destinations: { chosen }, currentBrowser }: IOperationOptions
): string {
  if (destination === HOME) {
    const { driveName, path } = currentBrowser().model;
    return driveName === '' ? path : '';
  }
  return chosen.destination === destination ? chosen.prefix : '';
}
