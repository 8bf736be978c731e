/** The plugins of tables: wiring only. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import {
  IDefaultFileBrowser,
  IFileBrowserFactory
} from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';
import { CommandIDs } from './commands/ids';
import { listed } from './commands/selection';
import { addTableCommands } from './commands/tables';
import { createTables } from './engine/tables';
import { HOME } from './engine/ports';
import {
  IConnection,
  IDestinations,
  IOperations,
  ITables,
  ITransfers
} from './tokens';
import { DiffWidget, HistoryWidget } from './ui/dolt/widgets';
import { CurrentFolder } from './ui/shell/currentFolder';
import { MainViews } from './ui/shell/mainViews';
import { inserterOf } from './ui/shell/notebookCode';
import { showFile } from './ui/shell/showFile';
import { mayBeDatabase } from './ui/tables/endings';
import type { ITableServices } from './ui/tables/services';
import { TableWidget } from './ui/tables/tableWidget';
import { createLanguage } from './ui/text/language';

export const tablesPlugin: JupyterFrontEndPlugin<ITables> = {
  id: 'jupyter-bigupload:tables',
  description: 'Files as tables.',
  autoStart: true,
  requires: [IConnection],
  provides: ITables,
  activate: (_app, { tables }: IConnection): ITables => createTables(tables)
};

export const tableViews: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-bigupload:table-views',
  description: 'Views of tables, and of databases of doltlite.',
  autoStart: true,
  requires: [
    ITables,
    ITransfers,
    IOperations,
    IDestinations,
    ITranslator,
    IDefaultFileBrowser,
    IFileBrowserFactory
  ],
  optional: [ILayoutRestorer, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    tables: ITables,
    transfers: ITransfers,
    operations: IOperations,
    destinations: IDestinations,
    translator: ITranslator,
    defaultBrowser: IDefaultFileBrowser,
    { tracker: browsers }: IFileBrowserFactory,
    restorer: ILayoutRestorer | null,
    notebooks: INotebookTracker | null
  ): void => {
    const notebookPage = PageConfig.getOption('notebookPage');
    if (notebookPage !== '' && notebookPage !== 'tree') {
      return;
    }
    const language = createLanguage(translator);
    const currentFolder = new CurrentFolder(browsers, defaultBrowser);
    const views = new MainViews(app.shell);
    const tracker = new WidgetTracker<MainAreaWidget<TableWidget>>({
      namespace: 'bigupload-tables'
    });
    const execute = (command: string, args: Record<string, string | boolean>) =>
      void app.commands.execute(command, args);
    const services: ITableServices = {
      tables,
      operations,
      destinations,
      language,
      inserter: () => inserterOf(notebooks),
      databases: () =>
        listed(currentFolder.browser)
          .filter(mayBeDatabase)
          .map(({ path }) => path),
      openTable: ({ destination, path }) =>
        execute(CommandIDs.viewTable, { destination, path }),
      openDiff: ({ database: path, table, from, to }, isPending) =>
        execute(CommandIDs.viewDiff, { path, table, from, to, isPending }),
      openHistory: path => execute(CommandIDs.viewHistory, { path }),
      show: ({ destination, path }) => {
        if (destination === HOME) {
          void showFile(app.shell, currentFolder.browser, path);
        } else {
          execute(CommandIDs.showTransfers, {});
        }
      }
    };
    addTableCommands(app, {
      language,
      currentBrowser: () => currentFolder.browser,
      openTable: (place, upload) => {
        const { destination, path } = place;
        const view = views.open(
          `table-${upload ?? `${destination}/${path}`}`,
          () => new TableWidget({ place, upload, transfers, services })
        );
        // What is still coming is elsewhere by the next visit.
        if (upload === null && !tracker.has(view)) {
          void tracker.add(view);
        }
      },
      openHistory: path =>
        void views.open(
          `history-${path}`,
          () => new HistoryWidget(path, services)
        ),
      openDiff: (comparison, isPending) => {
        const { database, table, from, to } = comparison;
        views.open(
          `diff-${[database, table, from, to].join('-')}`,
          () => new DiffWidget(comparison, isPending, services)
        );
      }
    });
    if (restorer !== null) {
      void restorer.restore(tracker, {
        command: CommandIDs.viewTable,
        args: ({ content }) => ({ ...content.options.place }),
        name: ({ id }) => id
      });
    }
  }
};
