/** The commands, for buttons, menus, shortcuts and other extensions. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { BucketHint } from './destinations/bucketHint';
import type { IChoice, IDestinations } from './destinations';
import type { ITransfers } from './engine/model';
import { HOME } from './engine/ports';
import { pickFiles } from './sources/picker';
import { bigUploadIcon } from './ui/controls/icons';
import type { ILanguage } from './ui/text/language';
import type { PanelHost } from './ui/shell/panelHost';

export const CommandIDs = {
  /**
   * Choose files, and upload them to the destination that was chosen in the panel: a folder of a bucket, or the
   * folder that is open in the file browser.
   *
   * Arguments: `folder`, a path from the root of the server (or of `destination`, where that is given, too), to upload
   * there instead; `toSelection`, to upload into the folder that was right-clicked, if it was one.
   */
  upload: 'bigupload:upload',

  /** Bring the transfers panel to the front. */
  showTransfers: 'bigupload:show-transfers'
} as const;

export interface ICommandOptions {
  readonly transfers: ITransfers;
  readonly destinations: IDestinations;
  readonly hint: BucketHint;
  readonly language: ILanguage;
  readonly host: PanelHost;
  /** The file browser that the person used last. */
  readonly currentBrowser: () => FileBrowser;
}

export function addCommands(
  app: JupyterFrontEnd,
  options: ICommandOptions
): void {
  const { transfers, destinations, hint, host, currentBrowser } = options;
  const { trans } = options.language;

  /** Where a bucket is chosen; null for home. */
  const chosenBucket = () =>
    destinations.chosen.destination === HOME
      ? null
      : destinations.list.find(
          ({ name }) => name === destinations.chosen.destination
        );

  app.commands.addCommand(CommandIDs.upload, {
    label: trans.__('BigUpload'),
    caption: () => {
      const bucket = chosenBucket();
      return bucket
        ? trans.__('BigUpload: upload files of any size to “%1”', bucket.title)
        : trans.__('BigUpload: upload files of any size');
    },
    icon: bigUploadIcon,
    isEnabled: () =>
      destinations.chosen.destination !== HOME ||
      // JupyterLab before 4.6 cannot forbid uploads, and leaves this undefined.
      currentBrowser().model.allowFileUploads !== false,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          folder: {
            type: 'string',
            description: trans.__('The folder to upload to')
          },
          destination: {
            type: 'string',
            description: trans.__('The name of the destination of the folder')
          },
          toSelection: {
            type: 'boolean',
            description: trans.__('Upload into the folder that was clicked')
          }
        }
      }
    },
    execute: async args => {
      const browser = currentBrowser();
      const asked = askedFor(app, browser, args);
      if (asked === null && destinations.chosen.destination !== HOME) {
        // A person must see that it does not go where the file browser is.
        host.open();
      }
      const { destination } = asked ?? destinations.chosen;
      if (destination === HOME && browser.model.driveName !== '') {
        Notification.warning(
          trans.__(
            'BigUpload stores files in the folders of the Jupyter server. Open one of them; the drive “%1” has an upload of its own.',
            browser.model.driveName
          )
        );
        return;
      }
      const files = await pickFiles({
        multiple: true,
        withHandles: !transfers.areHandlesSlow
      });
      if (files.length === 0) {
        return;
      }
      // What was not asked for is taken as it is now, when the files are picked.
      const { destination: to, prefix } = asked ?? destinations.chosen;
      if (to === HOME) {
        const folder = asked === null ? browser.model.path : prefix;
        await hint.consider(files, transfers.add(files, folder));
      } else {
        transfers.add(files, prefix, to);
      }
    }
  });
  destinations.changed.subscribe(() =>
    app.commands.notifyCommandChanged(CommandIDs.upload)
  );

  app.commands.addCommand(CommandIDs.showTransfers, {
    label: trans.__('Show Transfers'),
    caption: trans.__('Show what is being uploaded'),
    icon: bigUploadIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => host.open()
  });
}

/** Where the arguments of the command say that the files go; null where they say nothing. */
function askedFor(
  app: JupyterFrontEnd,
  browser: FileBrowser,
  args: ReadonlyPartialJSONObject
): IChoice | null {
  if (typeof args['folder'] === 'string') {
    const destination = args['destination'];
    return {
      destination: typeof destination === 'string' ? destination : HOME,
      prefix: args['folder']
    };
  }
  if (args['toSelection'] === true) {
    // Where no folder was clicked, it is the one that is shown around it.
    return {
      destination: HOME,
      prefix: clickedFolder(app, browser) ?? browser.model.path
    };
  }
  return null;
}

/** The folder under the pointer when the context menu was opened, if that is the only selected item. */
function clickedFolder(
  app: JupyterFrontEnd,
  browser: FileBrowser
): string | null {
  const item = app.contextMenuHitTest(node =>
    node.classList.contains('jp-DirListing-item')
  );
  const [selected, ...others] = browser.selectedItems();
  return item && selected?.type === 'directory' && others.length === 0
    ? selected.path
    : null;
}
