/** Outcomes for people who do not see the panel: read aloud, or told in a notification. */

import { Notification } from '@jupyterlab/apputils';
import type { IDestinations } from '../../destinations';
import type { ITransfer, ITransfers } from '../../engine/model';
import { HOME } from '../../engine/ports';
import type { ILanguage } from '../text/language';
import { explain } from '../text/messages';
import { watchOutcomes } from '../panel/outcomes';
import type { PanelHost } from './panelHost';
import { titleOf } from '../destinations/places';

/** @returns a function that has a text read aloud, whether the panel is open or not. */
export function createAnnouncer(): (text: string) => void {
  const region = document.createElement('div');
  region.className = 'jp-BigUpload-announcer';
  region.setAttribute('role', 'status');
  region.setAttribute('aria-live', 'polite');
  document.body.append(region);
  return text => {
    region.textContent = text;
  };
}

/** Tell screen readers what was uploaded and what failed. */
export function announceOutcomes(
  transfers: ITransfers,
  destinations: IDestinations,
  language: ILanguage,
  announce: (text: string) => void
): void {
  watchOutcomes(transfers, ({ done, failed }) => {
    announce(
      [
        doneInWords(done, destinations, language),
        failedInWords(failed, language)
      ]
        .filter(text => text !== null)
        .join(' ')
    );
  });
}

/** Raise a notification when something failed where nobody sees it. */
export function notifyOfFailures(
  transfers: ITransfers,
  language: ILanguage,
  host: PanelHost
): void {
  watchOutcomes(transfers, ({ failed }) => {
    const text = failedInWords(failed, language);
    if (text === null || host.isVisible) {
      return;
    }
    Notification.error(text, {
      autoClose: false,
      actions: [
        {
          label: language.trans.__('Show transfers'),
          callback: () => host.open()
        }
      ]
    });
  });
}

function doneInWords(
  [first, ...others]: readonly ITransfer[],
  { list }: IDestinations,
  { trans }: ILanguage
): string | null {
  if (!first) {
    return null;
  }
  if (others.length === 0) {
    const { name, destination } = first;
    return destination === HOME
      ? trans.__('“%1” was uploaded.', name)
      : trans.__(
          '“%1” was uploaded to “%2”.',
          name,
          titleOf(list, destination)
        );
  }
  return trans._n(
    '%1 file was uploaded.',
    '%1 files were uploaded.',
    1 + others.length
  );
}

function failedInWords(
  [first, ...others]: readonly ITransfer[],
  { trans }: ILanguage
): string | null {
  if (!first) {
    return null;
  }
  return others.length === 0
    ? trans.__(
        '“%1” was not uploaded. %2',
        first.name,
        explain(trans, first) ?? ''
      )
    : trans._n(
        '%1 file was not uploaded.',
        '%1 files were not uploaded.',
        1 + others.length
      );
}
