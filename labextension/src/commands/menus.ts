/** Where the commands are offered: on the toolbar, in menus, in the palette. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type {
  ICommandPalette,
  IToolbarWidgetRegistry
} from '@jupyterlab/apputils';
import type { IOperations } from '../engine/operations/model';
import type { OpenMenu } from '../ui/operations/menus';
import { addContextMenus, RowMenu } from '../ui/operations/menus';
import { addToolbarButton } from '../ui/shell/toolbarButton';
import type { ILanguage } from '../ui/text/language';
import { CommandIDs } from './ids';

/** The rank of the submenu in the context menu of file lists, behind the uploads (schema/plugin.json). */
const SUBMENU_RANK = 57;

/** @returns what opens the menu of a row. */
export function addMenus(
  app: JupyterFrontEnd,
  options: {
    readonly operations: IOperations;
    readonly language: ILanguage;
    readonly toolbars: IToolbarWidgetRegistry;
    readonly palette: ICommandPalette | null;
    readonly isNotebook: boolean;
  }
): OpenMenu {
  const { operations, language, toolbars, palette, isNotebook } = options;
  const { trans } = language;
  const { upload, uploadFolder, showTransfers, operation } = CommandIDs;
  const { download, viewTable, viewHistory } = CommandIDs;
  const { commands } = app;
  const menus = { commands, operations, command: operation };
  addContextMenus(app.contextMenu, { ...menus, rank: SUBMENU_RANK });
  addToolbarButton(app, toolbars, {
    command: upload,
    label: trans.__('BigUpload'),
    place: isNotebook ? 'bigupload-notebook' : 'bigupload-lab',
    menu: {
      label: trans.__('More ways to add files'),
      items: () => [
        { command: upload, args: { isShort: true } },
        { command: uploadFolder, args: { isShort: true } },
        ...operations.kinds
          .filter(({ takes }) => takes === 'nothing')
          .map(({ name: kind }) => ({
            command: operation,
            args: { kind, toCurrentFolder: true }
          }))
      ]
    }
  });
  for (const command of [upload, uploadFolder, showTransfers]) {
    palette?.addItem({ command, category: trans.__('File Operations') });
  }
  const rowMenu = new RowMenu({
    ...menus,
    download,
    viewTable,
    viewHistory
  });
  return (...wanted) => rowMenu.open(...wanted);
}
