/** Operations that ended, for people who do not see the panel, and for the lists of files. */

import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IOperation, IOperations } from '../../engine/operations/model';
import { HOME } from '../../engine/ports';
import type { IListing } from '../shell/listingRefresh';
import type { PanelHost } from '../shell/panelHost';
import type { ILanguage } from '../text/language';
import { endingsInWords } from '../text/operationText';

/** Milliseconds in which what ends is told together. */
const TOGETHER = 500;

/** Have the ends read aloud; raise a notification of a failure where nobody sees the panel. */
export function announceEndings(
  operations: IOperations,
  options: {
    readonly language: ILanguage;
    readonly host: PanelHost;
    readonly announce: (text: string) => void;
  }
): void {
  const { language, host, announce } = options;
  let ended: IOperation[] = [];
  operations.ended.subscribe(operation => {
    ended.push(operation);
    if (ended.length > 1) {
      return;
    }
    setTimeout(() => {
      const together = ended;
      ended = [];
      announce(endingsInWords(together, language) ?? '');
      const failures = endingsInWords(
        together.filter(({ state }) => state === 'failed'),
        language
      );
      if (failures !== null && !host.isVisible) {
        notify(failures, language, host);
      }
    }, TOGETHER);
  });
}

function notify(
  text: string,
  { trans }: ILanguage,
  host: Pick<PanelHost, 'open'>
): void {
  Notification.error(text, {
    autoClose: false,
    actions: [
      { label: trans.__('Show transfers'), callback: () => host.open() }
    ]
  });
}

/** Refresh the lists that show a folder in which an operation made or removed something. */
export function refreshAfterOperations(
  operations: IOperations,
  listings: () => Iterable<IListing>
): void {
  operations.ended.subscribe(({ made, removed }) => {
    const folders = [made, removed].flatMap(place =>
      place?.destination === HOME ? [PathExt.dirname(place.path)] : []
    );
    for (const listing of listings()) {
      if (listing.driveName === '' && folders.includes(listing.path)) {
        void listing.refresh();
      }
    }
  });
}
