/** Where the arguments of a command say that something goes. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyPartialJSONObject,
  PartialJSONObject
} from '@lumino/coreutils';
import type { IChoice } from '../destinations';
import { HOME } from '../engine/ports';

/** JSON schema of the arguments. */
export function placeArguments(trans: TranslationBundle): PartialJSONObject {
  return {
    folder: {
      type: 'string',
      description: trans.__('The folder to upload to')
    },
    destination: {
      type: 'string',
      description: trans.__('The name of the destination of the folder')
    },
    toSelection: {
      type: 'boolean',
      description: trans.__('Upload into the folder that was clicked')
    }
  };
}

/** @returns null where the arguments say nothing. */
export function placeAskedFor(
  app: JupyterFrontEnd,
  browser: FileBrowser,
  args: ReadonlyPartialJSONObject
): IChoice | null {
  if (typeof args['folder'] === 'string') {
    const destination = args['destination'];
    return {
      destination: typeof destination === 'string' ? destination : HOME,
      prefix: args['folder']
    };
  }
  if (args['toSelection'] === true) {
    // Where no folder was clicked, it is the one that is shown around it.
    return {
      destination: HOME,
      prefix: clickedFolder(app, browser) ?? browser.model.path
    };
  }
  return null;
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
