/** Drops on the transfers panel, and on the contents of a bucket in it. */

import type { IDestinations } from '../../destinations';
import { HOME } from '../../engine/ports';
import { isBucket } from '../destinations/places';
import type { ILanguage } from '../text/language';
import { explainDestination } from '../text/messages';
import type { IListing } from './listing';
import type { IDropTarget } from './target';
import { baseName } from '../text/filename';
import { shortName } from './target';

export interface IPanelDropOptions {
  /** Of the panel. */
  readonly node: HTMLElement;
  readonly destinations: Pick<IDestinations, 'chosen' | 'list'>;
  /** The file browser that the person used last. */
  readonly listing: Pick<IListing, 'model'>;
  readonly language: ILanguage;
}

/** A folder of a bucket says where it leads (ui/bucket/objectTable.tsx). */
const FOLDER = '[data-prefix]';
const BUCKET = '.jp-BigUpload-browser';

export function targetInPanel(
  event: DragEvent,
  options: IPanelDropOptions
): IDropTarget {
  const { node, destinations, listing, language } = options;
  const { trans } = language;
  const { destination, prefix } = destinations.chosen;
  const chosen = destinations.list.find(({ name }) => name === destination);
  const at = event.target instanceof Element ? event.target : node;
  const refusal = (text: string) => ({ node, text, place: null });

  if (chosen === undefined || !isBucket(chosen)) {
    const { path, driveName, allowFileUploads } = listing.model;
    if (driveName !== '') {
      return refusal(
        trans.__('The drive “%1” has an upload of its own', driveName)
      );
    }
    if (allowFileUploads === false) {
      return refusal(trans.__('This server takes no uploads'));
    }
    return {
      node,
      text:
        path === ''
          ? trans.__('Drop to upload to the home folder')
          : trans.__('Drop to upload to “%1”', shortName(baseName(path))),
      place: { destination: HOME, prefix: path }
    };
  }
  if (chosen.state === 'failed') {
    return refusal(explainDestination(trans, chosen));
  }
  const row = at.closest<HTMLElement>(FOLDER);
  const to = row?.dataset['prefix'] ?? prefix;
  return {
    node: row ?? at.closest(BUCKET) ?? node,
    text: trans.__(
      'Drop to upload to “%1”',
      shortName(to === '' ? chosen.title : baseName(to))
    ),
    place: { destination, prefix: to }
  };
}
