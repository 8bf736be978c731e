/** The commands that ask for something and upload it. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { LabIcon } from '@jupyterlab/ui-components';
import { folderIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IDestinations } from '../destinations';
import type { Intake } from '../destinations/intake';
import type { ITransfers } from '../engine/model';
import { HOME } from '../engine/ports';
import { pickFiles, pickFolder } from '../sources/picker';
import { bigUploadIcon } from '../ui/controls/icons';
import type { PanelHost } from '../ui/shell/panelHost';
import type { ILanguage } from '../ui/text/language';
import { CommandIDs } from './ids';
import { placeArguments, placeAskedFor } from './place';

export interface IUploadOptions {
  readonly transfers: ITransfers;
  readonly destinations: IDestinations;
  readonly intake: Intake;
  readonly language: ILanguage;
  readonly host: PanelHost;
  /** The file browser that the person used last. */
  readonly currentBrowser: () => FileBrowser;
}

type Picked = Parameters<Intake['take']>[0];

export function addUploads(
  app: JupyterFrontEnd,
  options: IUploadOptions
): void {
  const { transfers, destinations, currentBrowser } = options;
  const { trans } = options.language;

  /** The title of the bucket that is chosen; null for home. */
  const chosenBucket = (): string | null => {
    const { destination } = destinations.chosen;
    return destination === HOME
      ? null
      : (destinations.list.find(({ name }) => name === destination)?.title ??
          null);
  };

  const add = (
    id: string,
    words: {
      readonly label: string;
      readonly shortLabel: string;
      readonly icon: LabIcon;
      readonly caption: (bucket: string | null) => string;
    },
    pick: () => Promise<Picked | null>
  ) => {
    app.commands.addCommand(id, {
      label: ({ isShort }) =>
        isShort === true ? words.shortLabel : words.label,
      caption: () => words.caption(chosenBucket()),
      icon: words.icon,
      isEnabled: () =>
        destinations.chosen.destination !== HOME ||
        // JupyterLab before 4.6 cannot forbid uploads, and leaves this undefined.
        currentBrowser().model.allowFileUploads !== false,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            ...placeArguments(trans),
            isShort: {
              type: 'boolean',
              description: trans.__('Leave the name BigUpload out of the label')
            }
          }
        }
      },
      execute: args => pickAndUpload(app, options, args, pick)
    });
    destinations.changed.subscribe(() => app.commands.notifyCommandChanged(id));
  };

  add(
    CommandIDs.upload,
    {
      label: trans.__('BigUpload Files…'),
      shortLabel: trans.__('Upload files…'),
      icon: bigUploadIcon,
      caption: bucket =>
        bucket === null
          ? trans.__('BigUpload: upload files of any size')
          : trans.__('BigUpload: upload files of any size to “%1”', bucket)
    },
    async () => ({
      files: await pickFiles({
        multiple: true,
        withHandles: !transfers.areHandlesSlow
      })
    })
  );
  add(
    CommandIDs.uploadFolder,
    {
      label: trans.__('BigUpload Folder…'),
      shortLabel: trans.__('Upload folder…'),
      icon: folderIcon,
      caption: bucket =>
        bucket === null
          ? trans.__('BigUpload: upload a folder with all that is in it')
          : trans.__(
              'BigUpload: upload a folder with all that is in it to “%1”',
              bucket
            )
    },
    async () => {
      const tree = await pickFolder();
      return tree && { trees: [tree] };
    }
  );
}

async function pickAndUpload(
  app: JupyterFrontEnd,
  options: IUploadOptions,
  args: ReadonlyPartialJSONObject,
  pick: () => Promise<Picked | null>
): Promise<void> {
  const { destinations, intake, host, language } = options;
  const browser = options.currentBrowser();
  const asked = placeAskedFor(app, browser, args);
  if (asked === null && destinations.chosen.destination !== HOME) {
    // A person must see that it does not go where the file browser is.
    host.open();
  }
  const { destination } = asked ?? destinations.chosen;
  if (destination === HOME && browser.model.driveName !== '') {
    Notification.warning(
      language.trans.__(
        'BigUpload stores files in the folders of the Jupyter server. Open one of them; the drive “%1” has an upload of its own.',
        browser.model.driveName
      )
    );
    return;
  }
  const picked = await pick();
  if (picked === null) {
    return;
  }
  // What was not asked for is taken as it is now, when the files are picked.
  const { destination: to, prefix } = asked ?? destinations.chosen;
  intake.take(picked, {
    destination: to,
    prefix: to === HOME && asked === null ? browser.model.path : prefix
  });
}
