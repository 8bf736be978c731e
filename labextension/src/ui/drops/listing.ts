/** Drops on the list of a file browser. */

import type { IDropTarget } from './target';
import { baseName } from '../text/filename';
import { shortName } from './target';
import type { ILanguage } from '../text/language';
import { HOME } from '../../engine/ports';

/** What is needed of a file browser. */
export interface IListing {
  readonly node: HTMLElement;
  readonly model: {
    readonly path: string;
    readonly driveName: string;
    /** JupyterLab before 4.6 cannot forbid uploads, and leaves this undefined. */
    readonly allowFileUploads?: boolean;
  };
  modelForClick(
    event: MouseEvent
  ): { readonly type: string; readonly path: string } | undefined;
}

const ROW = '.jp-DirListing-item';
const LIST = '.jp-DirListing-content';

/** What Jupyter's own list shows while files are held over it. */
const NATIVE = 'jp-mod-native-drop';

/** @returns null where it is left alone: another drive's, or one that takes no uploads. */
export function targetInListing(
  event: DragEvent,
  listing: IListing,
  language: ILanguage
): IDropTarget | null {
  const { model, node } = listing;
  if (model.driveName !== '' || model.allowFileUploads === false) {
    return null;
  }
  const row =
    event.target instanceof Element ? event.target.closest(ROW) : null;
  const entry = row === null ? undefined : listing.modelForClick(event);
  if (row !== null && entry?.type === 'directory') {
    return into(row, entry.path, language);
  }
  return into(node.querySelector(LIST) ?? node, model.path, language);
}

/** Whether files would go into a folder that is in the list: only BigUpload can do that. */
export function isOnRow({ node }: IDropTarget): boolean {
  return node.matches(ROW);
}

export function clearNativeDrop({ node }: IListing): void {
  node.querySelector(`.${NATIVE}`)?.classList.remove(NATIVE);
}

function into(node: Element, path: string, { trans }: ILanguage): IDropTarget {
  return {
    node,
    place: { destination: HOME, prefix: path },
    text:
      path === ''
        ? trans.__('Drop to upload to the home folder')
        : trans.__('Drop to upload to “%1”', shortName(baseName(path)))
  };
}
