/**
 * The commands, for buttons, menus, shortcuts and other extensions.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { FileBrowser } from '@jupyterlab/filebrowser';

import type { ITransfers } from './engine/ports';
import { pickFiles } from './sources/picker';
import { bigUploadIcon } from './ui/icons';
import type { ILanguage } from './ui/language';
import type { PanelHost } from './ui/panelHost';

export const CommandIDs = {
  /**
   * Choose files, and upload them to the folder that is open in the file browser.
   *
   * Arguments: `folder`, a path from the server's root, to upload there instead; `toSelection`, to
   * upload into the folder that was right-clicked, if it was one.
   */
  upload: 'bigupload:upload',

  /** Bring the transfers panel to the front. */
  showTransfers: 'bigupload:show-transfers'
} as const;

export interface ICommandOptions {
  readonly transfers: ITransfers;
  readonly language: ILanguage;
  readonly host: PanelHost;
  /** The file browser that the person used last. */
  readonly currentBrowser: () => FileBrowser;
}

export function addCommands(
  app: JupyterFrontEnd,
  options: ICommandOptions
): void {
  const { transfers, host, currentBrowser } = options;
  const { trans } = options.language;

  app.commands.addCommand(CommandIDs.upload, {
    label: trans.__('BigUpload'),
    caption: trans.__('BigUpload: upload files of any size'),
    icon: bigUploadIcon,
    // JupyterLab before 4.6 cannot forbid uploads, and leaves this undefined.
    isEnabled: () => currentBrowser().model.allowFileUploads !== false,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          folder: {
            type: 'string',
            description: trans.__('The folder to upload to')
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
      if (browser.model.driveName !== '') {
        Notification.warning(
          trans.__(
            'BigUpload stores files in the folders of the Jupyter server. Open one of them; the drive “%1” has an upload of its own.',
            browser.model.driveName
          )
        );
        return;
      }
      const chosen =
        typeof args['folder'] === 'string'
          ? args['folder']
          : args['toSelection'] === true
            ? clickedFolder(app, browser)
            : null;
      const files = await pickFiles({ multiple: true });
      // Without a chosen folder it is the one that is open now, when the files are picked.
      transfers.add(files, chosen ?? browser.model.path);
    }
  });

  app.commands.addCommand(CommandIDs.showTransfers, {
    label: trans.__('Show Transfers'),
    caption: trans.__('Show what is being uploaded'),
    icon: bigUploadIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => host.open()
  });
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
