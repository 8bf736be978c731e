/** What a command is about: what is selected in a file browser, or what its arguments say. */

import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IThing } from '../engine/operations/model';
import { HOME } from '../engine/ports';

export type Place = Pick<IThing, 'destination' | 'path'>;

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

/** What is in the folder that a file browser shows; nothing on another drive. */
export function listed({ model }: Pick<IBrowser, 'model'>): readonly IThing[] {
  return model.driveName === ''
    ? [...model.items()].map(({ path, type }) => ({
        destination: HOME,
        path,
        isFolder: type === 'directory'
      }))
    : [];
}

/** @returns nothing where the arguments name no path. */
export function placeIn({
  destination,
  path
}: ReadonlyPartialJSONObject): readonly Place[] {
  return typeof path === 'string'
    ? [
        {
          destination: typeof destination === 'string' ? destination : HOME,
          path
        }
      ]
    : [];
}
