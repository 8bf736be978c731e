/** An expired login, told wherever the person is: nothing goes on without them. */

import { Notification } from '@jupyterlab/apputils';
import type { ITransfers } from '../../engine/model';
import { holdUpOf } from '../text/holdUp';
import type { ILanguage } from '../text/language';
import type { PanelHost } from './panelHost';

export interface ILoginReminderOptions {
  readonly language: ILanguage;
  readonly host: PanelHost;
  /** A page of this server that asks for a login. */
  readonly loginUrl: string;
  /** Has a text read aloud. */
  readonly announce: (text: string) => void;
}

/** Tell it once each time, in a notification where the panel is not seen; that goes away after the login. */
export function remindOfLogin(
  transfers: ITransfers,
  options: ILoginReminderOptions
): void {
  const { trans } = options.language;
  let notification: string | null = null;
  /** Bytes sent when the login expired; null while it holds. */
  let sentBefore: number | null = null;
  transfers.changed.subscribe(() => {
    const { sent } = transfers.totals;
    if (sentBefore === null) {
      if (holdUpOf(transfers) === 'login') {
        sentBefore = sent;
        const text = trans.__('Your login has expired. Uploads wait for you.');
        options.announce(text);
        notification = options.host.isVisible ? null : notify(text, options);
      }
      return;
    }
    // Trying again is not yet a login: that shows when bytes move.
    if (sent > sentBefore || !transfers.busy) {
      sentBefore = null;
      if (notification !== null) {
        Notification.dismiss(notification);
      }
    }
  });
}

/** @returns the id of the notification. */
function notify(
  text: string,
  { language, loginUrl }: ILoginReminderOptions
): string {
  return Notification.warning(text, {
    autoClose: false,
    actions: [
      {
        label: language.trans.__('Log in…'),
        callback: () => window.open(loginUrl, '_blank', 'noreferrer')
      }
    ]
  });
}
