/** What is said of downloads. */

import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISelection } from '../../downloads';
import { isArchive } from '../../downloads';
import type { ILanguage } from './language';

/**
 * What a menu calls the download.
 *
 * @param isBesideJupyters - whether Jupyter's own “Download” is in the same menu, in whose manner this is written.
 */
export function downloadLabel(
  selection: ISelection,
  isBesideJupyters: boolean,
  { trans, format }: ILanguage
): string {
  const { paths } = selection;
  if (!isArchive(selection)) {
    return isBesideJupyters
      ? trans.__('Download (Resumable)')
      : trans.__('Download');
  }
  if (!isBesideJupyters) {
    return trans.__('Download as ZIP');
  }
  return paths.length === 1
    ? trans.__('Download Folder as ZIP')
    : trans.__('Download %1 Items as ZIP', format.count(paths.length));
}

/** The name of the only one, or how many there are. */
export function itemsInWords(
  paths: readonly string[],
  { trans, format }: ILanguage
): string {
  const [first] = paths;
  return paths.length === 1 && first !== undefined
    ? trans.__('“%1”', PathExt.basename(first.replace(/\/$/, '')))
    : trans._n('%2 item', '%2 items', paths.length, format.count(paths.length));
}

/** Why nothing is downloaded, and what helps. */
export function explainDownload(
  trans: TranslationBundle,
  { reason, message }: { readonly reason: string; readonly message: string }
): string {
  switch (reason) {
    case 'unauthorized':
      return trans.__(
        'Your login has expired. Log in on another page of this server, then download again.'
      );
    case 'network':
    case 'gateway':
      return trans.__(
        'The server cannot be reached. Download again when it can.'
      );
    case 'timeout':
      return trans.__(
        'The server takes too long to look at all of it. Download less at once.'
      );
    case 'not_found':
      return trans.__(
        'It is no longer there. Refresh the list, then choose again.'
      );
    case 'too_large':
      return trans.__(
        'There are too many files for one download. Choose fewer, or some of the folders in it.'
      );
    default:
      return message;
  }
}
