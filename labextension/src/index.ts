/**
 * The plugins: wiring only.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import {
  IDefaultFileBrowser,
  IFileBrowserFactory
} from '@jupyterlab/filebrowser';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';

import { connect } from './api';
import { addCommands, CommandIDs } from './commands';
import { createTransfers } from './engine';
import { createHasher } from './hashing';
import { BrowserNetwork } from './network';
import { ResumeStore } from './resume';
import { pickFiles } from './sources/picker';
import { ITransfers } from './tokens';
import {
  announceOutcomes,
  createAnnouncer,
  notifyOfFailures
} from './ui/announcer';
import { ConflictDialog } from './ui/conflictDialog';
import { createLanguage } from './ui/language';
import { guardLeaving } from './ui/leaveGuard';
import { refreshListings } from './ui/listingRefresh';
import { remindOfLogin } from './ui/loginReminder';
import { TransfersPanel } from './ui/panel';
import { PanelHost, revealNewTransfers } from './ui/panelHost';
import { resumeUnfinished } from './ui/resumeDialog';
import { StatusItem } from './ui/statusItem';
import { addToolbarButton } from './ui/toolbarButton';
import { keepAwake } from './wakeLock';

const service: JupyterFrontEndPlugin<ITransfers> = {
  id: 'jupyter-bigupload:transfers',
  description: 'Uploads files of any size to the Jupyter server.',
  autoStart: true,
  requires: [ITranslator],
  provides: ITransfers,
  activate: (app: JupyterFrontEnd, translator: ITranslator): ITransfers => {
    const { contents, serverSettings } = app.serviceManager;
    return createTransfers({
      transport: connect(serverSettings).transport,
      conflicts: new ConflictDialog(contents, createLanguage(translator)),
      hasher: createHasher(),
      resumeStore: new ResumeStore(serverSettings.baseUrl),
      network: new BrowserNetwork()
    });
  }
};

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-bigupload:plugin',
  description: 'The BigUpload button and the transfers panel.',
  autoStart: true,
  requires: [
    ITransfers,
    ITranslator,
    IToolbarWidgetRegistry,
    IDefaultFileBrowser,
    IFileBrowserFactory
  ],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    transfers: ITransfers,
    translator: ITranslator,
    toolbars: IToolbarWidgetRegistry,
    defaultBrowser: IDefaultFileBrowser,
    { tracker }: IFileBrowserFactory,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const notebookPage = PageConfig.getOption('notebookPage');
    if (notebookPage !== '' && notebookPage !== 'tree') {
      // Notebook makes a file browser on each of its pages, and shows it on one.
      return;
    }
    const language = createLanguage(translator);
    // Any page leads to a login where there is none; a hub has no address for logging in on the server itself.
    const loginUrl = window.location.pathname;
    const panel = new TransfersPanel({
      transfers,
      language,
      upload: () => void app.commands.execute(CommandIDs.upload),
      resumeUnfinished: async unfinished => {
        for (const transfer of unfinished) {
          await resumeUnfinished(transfer, {
            transfers,
            language,
            pick: pickFiles
          });
        }
      },
      loginUrl
    });
    const host = new PanelHost(app.shell, panel);

    addCommands(app, {
      transfers,
      language,
      host,
      currentBrowser: () => tracker.currentWidget ?? defaultBrowser
    });
    addToolbarButton(app, toolbars, {
      command: CommandIDs.upload,
      label: language.trans.__('BigUpload'),
      place: notebookPage === '' ? 'bigupload-lab' : 'bigupload-notebook'
    });
    for (const command of Object.values(CommandIDs)) {
      palette?.addItem({
        command,
        category: language.trans.__('File Operations')
      });
    }
    restorer?.add(panel, panel.id);

    revealNewTransfers(transfers, host);
    refreshListings(transfers, () => {
      const listings = new Set([defaultBrowser.model]);
      tracker.forEach(({ model }) => listings.add(model));
      return listings;
    });
    const announce = createAnnouncer();
    announceOutcomes(transfers, language, announce);
    notifyOfFailures(transfers, language, host);
    remindOfLogin(transfers, { language, host, loginUrl, announce });
    guardLeaving(transfers);
    keepAwake(transfers);

    // The layout comes first, so that it does not put away a panel that appears meanwhile.
    app.restored
      .then(() => transfers.restore())
      .catch((reason: unknown) => {
        console.warn('Unfinished uploads could not be listed.', reason);
      });
  }
};

const statusItem: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-bigupload:status-item',
  description: 'The progress of all uploads in the status bar.',
  autoStart: true,
  requires: [ITransfers, ITranslator],
  // Notebook has no status bar.
  optional: [IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    transfers: ITransfers,
    translator: ITranslator,
    statusBar: IStatusBar | null
  ): void => {
    if (!statusBar) {
      return;
    }
    const item = new StatusItem({
      transfers,
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

export { ITransfers } from './tokens';
export default [service, plugin, statusItem];
