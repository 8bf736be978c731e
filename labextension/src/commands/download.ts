/** The command that has the browser save what is on the server. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { downloadIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IDownloads, ISelection } from '../downloads';
import { isArchive } from '../downloads';
import { HOME } from '../engine/ports';
import { save } from '../browser/saving';
import { toldOf } from '../ui/shell/downloadNotices';
import { downloadLabel } from '../ui/text/downloadText';
import type { ILanguage } from '../ui/text/language';
import { CommandIDs } from './ids';
import type { IBrowser } from './selection';
import { selected } from './selection';

export interface IDownloadOptions {
  readonly downloads: IDownloads;
  readonly language: ILanguage;
  /** The file browser that the person used last. */
  readonly currentBrowser: () => IBrowser;
  /** Has a text read aloud. */
  readonly announce: (text: string) => void;
}

export function addDownload(
  { commands }: Pick<JupyterFrontEnd, 'commands'>,
  { downloads, language, currentBrowser, announce }: IDownloadOptions
): void {
  const { trans } = language;
  const chosen = (args: ReadonlyPartialJSONObject): ISelection =>
    args['toSelection'] === true
      ? {
          destination: HOME,
          paths: selected(currentBrowser()).map(({ path, isFolder }) =>
            isFolder ? `${path}/` : path
          )
        }
      : selectionIn(args);
  commands.addCommand(CommandIDs.download, {
    label: args =>
      downloadLabel(chosen(args), args['toSelection'] === true, language),
    caption: args =>
      isArchive(chosen(args))
        ? trans.__('One ZIP file; what is interrupted can be resumed')
        : trans.__('What is interrupted can be resumed'),
    icon: downloadIcon,
    isVisible: args =>
      args['toSelection'] !== true || chosen(args).paths.length > 0,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          destination: {
            type: 'string',
            description: trans.__(
              'The name of the destination of the files; the home folder by default'
            )
          },
          paths: {
            type: 'array',
            items: { type: 'string' },
            description: trans.__(
              'The paths of files, and of folders with a slash at their end, from the root of the destination'
            )
          },
          toSelection: {
            type: 'boolean',
            description: trans.__('Download what is selected')
          }
        }
      }
    },
    execute: async args => {
      const selection = chosen(args);
      if (selection.paths.length === 0) {
        return false;
      }
      const url = await toldOf(downloads.prepare(selection), selection, {
        language,
        announce
      });
      if (url !== null) {
        save(url);
      }
      return url !== null;
    }
  });
}

function selectionIn({
  destination,
  paths
}: ReadonlyPartialJSONObject): ISelection {
  return {
    destination: typeof destination === 'string' ? destination : HOME,
    paths: Array.isArray(paths)
      ? paths.filter(path => typeof path === 'string')
      : []
  };
}
