/** What is selected in a file browser. */

import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { IThing } from '../engine/operations/model';
import { HOME } from '../engine/ports';

export type IBrowser = Pick<FileBrowser, 'model' | 'selectedItems'>;

/** @returns nothing on another drive, which is not the server's. */
export function selected(browser: IBrowser): readonly IThing[] {
  return browser.model.driveName === ''
    ? [...browser.selectedItems()].map(({ path, type }) => ({
        destination: HOME,
        path,
        isFolder: type === 'directory'
      }))
    : [];
}
