/** The plugin of the status bar: wiring only. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import { CommandIDs } from './commands/ids';
import { IOperations, ITransfers } from './tokens';
import { StatusItem } from './ui/shell/statusItem';
import { createLanguage } from './ui/text/language';

export const statusItem: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-bigupload:status-item',
  description: 'The progress of all uploads and operations in the status bar.',
  autoStart: true,
  requires: [ITransfers, IOperations, ITranslator],
  // Notebook has no status bar.
  optional: [IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    transfers: ITransfers,
    operations: IOperations,
    translator: ITranslator,
    statusBar: IStatusBar | null
  ): void => {
    if (!statusBar) {
      return;
    }
    const item = new StatusItem({
      transfers,
      operations,
      language: createLanguage(translator),
      open: () => void app.commands.execute(CommandIDs.showTransfers)
    });
    statusBar.registerStatusItem(statusItem.id, {
      item,
      align: 'middle',
      isActive: () => item.isActive,
      activeStateChanged: item.activeStateChanged
    });
  }
};
