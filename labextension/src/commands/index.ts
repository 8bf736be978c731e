/** The commands, for buttons, menus, shortcuts and other extensions. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { bigUploadIcon } from '../ui/controls/icons';
import type { IDownloadOptions } from './download';
import { addDownload } from './download';
import { CommandIDs } from './ids';
import type { IOperationOptions } from './operation';
import { addOperation } from './operation';
import type { IUploadOptions } from './upload';
import { addUploads } from './upload';

export { CommandIDs } from './ids';

export function addCommands(
  app: JupyterFrontEnd,
  options: IUploadOptions & IOperationOptions & IDownloadOptions
): void {
  const { trans } = options.language;
  addUploads(app, options);
  addOperation(app, options);
  addDownload(app, options);
  app.commands.addCommand(CommandIDs.showTransfers, {
    label: trans.__('Show Transfers'),
    caption: trans.__('Show what is being uploaded'),
    icon: bigUploadIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => options.host.open()
  });
}
