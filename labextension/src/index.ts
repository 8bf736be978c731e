/** The plugins: wiring only. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import {
  IDefaultFileBrowser,
  IFileBrowserFactory
} from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import { connect } from './api';
import { BucketHint } from './destinations/bucketHint';
import { Intake } from './destinations/intake';
import { addCommands, CommandIDs } from './commands';
import { addMenus } from './commands/menus';
import { CurrentFolder } from './ui/shell/currentFolder';
import { createTransfers } from './engine';
import { createHasher } from './hashing';
import { BrowserNetwork } from './browser/network';
import { PageClaims } from './browser/claims';
import { ResumeStore } from './resume';
import { labServer } from './labServer';
import { followSettings } from './settings';
import { dropped, isLargeDrop } from './sources/dropped';
import { FileSource } from './sources/file';
import type { Explain } from './sources/folder';
import { pickFiles, pickFolder } from './sources/picker';
import { treeOfHandle } from './sources/tree';
import { createOperations } from './engine/operations';
import { statusItem } from './statusPlugin';
import { tablesPlugin, tableViews } from './tablePlugins';
import { IConnection, IDestinations, IOperations, ITransfers } from './tokens';
import {
  announceEndings,
  refreshAfterOperations
} from './ui/operations/endings';
import {
  announceOutcomes,
  createAnnouncer,
  notifyOfFailures
} from './ui/shell/announcer';
import { ConflictDialog } from './ui/dialogs/conflict';
import { Drops } from './ui/drops';
import { createLanguage } from './ui/text/language';
import { explainObstacle } from './ui/text/obstacles';
import { guardLeaving } from './ui/shell/leaveGuard';
import { refreshListings } from './ui/shell/listingRefresh';
import { remindOfLogin } from './ui/shell/loginReminder';
import { TransfersPanel } from './ui/panel/panel';
import {
  PanelHost,
  revealNewOperations,
  revealNewTransfers
} from './ui/shell/panelHost';
import { resumeAllUnfinished } from './ui/dialogs/resume';
import { inserterOf } from './ui/shell/notebookCode';
import { showFile } from './ui/shell/showFile';
import { StockUploads } from './ui/shell/stockUploads';
import { keepAwake } from './browser/wakeLock';

const connection: JupyterFrontEndPlugin<IConnection> = {
  id: 'jupyter-bigupload:connection',
  description: 'The way to the Jupyter server and to its buckets.',
  autoStart: true,
  provides: IConnection,
  activate: (app: JupyterFrontEnd): IConnection =>
    connect(labServer(app.serviceManager.serverSettings))
};

const service: JupyterFrontEndPlugin<ITransfers> = {
  id: 'jupyter-bigupload:transfers',
  description: 'Uploads files of any size to the Jupyter server.',
  autoStart: true,
  requires: [IConnection, ITranslator],
  provides: ITransfers,
  activate: (
    app: JupyterFrontEnd,
    { transport, destinations }: IConnection,
    translator: ITranslator
  ): ITransfers => {
    const { contents, serverSettings } = app.serviceManager;
    return createTransfers({
      transport,
      conflicts: new ConflictDialog(
        contents,
        destinations,
        createLanguage(translator)
      ),
      hasher: createHasher(),
      resumeStore: new ResumeStore(serverSettings.baseUrl, handle =>
        treeOfHandle(handle, explainIn(translator))
      ),
      network: new BrowserNetwork(serverSettings.baseUrl),
      claims: new PageClaims(serverSettings.baseUrl)
    });
  }
};

/** Why something of a folder can't be had, in the person's language. */
function explainIn(translator: ITranslator): Explain {
  const { trans } = createLanguage(translator);
  return (obstacle, detail) => explainObstacle(trans, obstacle, detail);
}

const places: JupyterFrontEndPlugin<IDestinations> = {
  id: 'jupyter-bigupload:destinations',
  description: 'The home folder and the buckets that files can be uploaded to.',
  autoStart: true,
  requires: [IConnection],
  provides: IDestinations,
  activate: (_app, { destinations }: IConnection): IDestinations => destinations
};

const operationsPlugin: JupyterFrontEndPlugin<IOperations> = {
  id: 'jupyter-bigupload:operations',
  description: 'What the server does with files that are there.',
  autoStart: true,
  requires: [IConnection],
  provides: IOperations,
  activate: (app: JupyterFrontEnd, { operations }: IConnection): IOperations =>
    createOperations({
      server: operations,
      network: new BrowserNetwork(app.serviceManager.serverSettings.baseUrl)
    })
};

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-bigupload:plugin',
  description: 'The BigUpload button and the transfers panel.',
  autoStart: true,
  requires: [
    IConnection,
    ITransfers,
    IOperations,
    IDestinations,
    ITranslator,
    IToolbarWidgetRegistry,
    IDefaultFileBrowser,
    IFileBrowserFactory
  ],
  optional: [
    ICommandPalette,
    ILayoutRestorer,
    ISettingRegistry,
    INotebookTracker
  ],
  activate: (
    app: JupyterFrontEnd,
    { downloads }: IConnection,
    transfers: ITransfers,
    operations: IOperations,
    destinations: IDestinations,
    translator: ITranslator,
    toolbars: IToolbarWidgetRegistry,
    defaultBrowser: IDefaultFileBrowser,
    { tracker }: IFileBrowserFactory,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    notebooks: INotebookTracker | null
  ): void => {
    const notebookPage = PageConfig.getOption('notebookPage');
    if (notebookPage !== '' && notebookPage !== 'tree') {
      // Notebook makes a file browser on each of its pages, and shows it on one.
      return;
    }
    const language = createLanguage(translator);
    // Any page leads to a login where there is none; a hub has no address for logging in on the server itself.
    const loginUrl = window.location.pathname;
    const hint = new BucketHint(transfers, destinations);
    const intake = new Intake(transfers, hint);
    const currentFolder = new CurrentFolder(tracker, defaultBrowser);
    const openFile = (path: string) =>
      void app.commands.execute('docmanager:open', { path });
    const openMenu = addMenus(app, {
      operations,
      language,
      toolbars,
      palette,
      isNotebook: notebookPage !== ''
    });
    const panel = new TransfersPanel({
      transfers,
      operations,
      destinations,
      hint,
      currentFolder,
      language,
      upload: () => void app.commands.execute(CommandIDs.upload),
      openFile,
      opener: path =>
        app.docRegistry.getFileTypesForPath(path).length > 0
          ? () => openFile(path)
          : null,
      showFile: path => void showFile(app.shell, currentFolder.browser, path),
      viewTable: ({ destination, path }) =>
        void app.commands.execute(CommandIDs.viewTable, { destination, path }),
      showChanges: ({ database: path, ...refs }) =>
        void app.commands.execute(CommandIDs.viewDiff, {
          path,
          ...refs,
          isPending: true
        }),
      inserter: () => inserterOf(notebooks),
      openMenu,
      resumeUnfinished: async unfinished => {
        await resumeAllUnfinished(unfinished, {
          transfers,
          language,
          pick: ({ multiple }) => pickFiles({ multiple, withHandles: true }),
          pickTree: pickFolder
        });
      },
      loginUrl
    });
    const host = new PanelHost(app.shell, panel);
    const announce = createAnnouncer();
    addCommands(app, {
      transfers,
      operations,
      downloads,
      destinations,
      intake,
      language,
      host,
      announce,
      currentBrowser: () => currentFolder.browser
    });
    restorer?.add(panel, panel.id);

    revealNewTransfers(transfers, host);
    revealNewOperations(operations, host);
    const openListings = () => {
      const listings = new Set([defaultBrowser.model]);
      tracker.forEach(({ model }) => listings.add(model));
      return listings;
    };
    refreshListings(transfers, openListings);
    refreshAfterOperations(operations, openListings);
    const share = followSettings(settings, plugin.id);
    const drops = new Drops({
      share,
      language,
      isLarge: isLargeDrop,
      take: (transfer, place) =>
        void dropped(transfer, explainIn(translator)).then(things =>
          intake.take(things, place)
        )
    });
    drops.onPanel(() => ({
      node: panel.node,
      destinations,
      listing: currentFolder.browser,
      language
    }));
    const { contents } = app.serviceManager;
    const stock = new StockUploads({
      transfers,
      share,
      language,
      take: (files, place) =>
        intake.take({ files: files.map(file => new FileSource(file)) }, place),
      describe: path => contents.get(path, { content: false })
    });
    const adopt = (browser: FileBrowser) => {
      drops.onListing(browser);
      stock.takeOver(browser.model);
    };
    adopt(defaultBrowser);
    tracker.forEach(adopt);
    tracker.widgetAdded.connect((_, browser) => adopt(browser));

    announceOutcomes(transfers, destinations, language, announce);
    notifyOfFailures(transfers, language, host);
    announceEndings(operations, { language, host, announce });
    remindOfLogin(transfers, { language, host, loginUrl, announce });
    guardLeaving(transfers);
    keepAwake(transfers);

    destinations.refresh().catch((reason: unknown) => {
      console.warn('Destinations could not be listed.', reason);
    });
    void app.restored.then(() => operations.look());
    // The layout comes first, so that it does not put away a panel that appears meanwhile.
    app.restored
      .then(() => transfers.restore())
      .catch((reason: unknown) => {
        console.warn('Unfinished uploads could not be listed.', reason);
      });
  }
};

export { IDestinations, IOperations, ITables, ITransfers } from './tokens';
export default [
  connection,
  service,
  places,
  operationsPlugin,
  tablesPlugin,
  plugin,
  tableViews,
  statusItem
];
