/** What a person sees of a download before the browser shows it, or when it does not come to that. */

import { Notification } from '@jupyterlab/apputils';
import type { ISelection } from '../../downloads';
import { explainDownload, itemsInWords } from '../text/downloadText';
import type { ILanguage } from '../text/language';
import { messageOf } from '../text/messages';

/** Milliseconds after which a person would think that nothing happens. */
const PATIENCE = 1_000;

/**
 * Tell that the server still looks at what was chosen, and why it can't be had.
 *
 * @returns the address, or null where the person was told that there is none.
 */
export async function toldOf(
  preparing: Promise<string>,
  { paths }: ISelection,
  options: {
    readonly language: ILanguage;
    /** Has a text read aloud. */
    readonly announce: (text: string) => void;
  }
): Promise<string | null> {
  const { language, announce } = options;
  const { trans } = language;
  const items = itemsInWords(paths, language);
  let shown: string | null = null;
  const timer = setTimeout(() => {
    const text = trans.__('Preparing the download of %1…', items);
    shown = Notification.emit(text, 'in-progress', { autoClose: false });
    announce(text);
  }, PATIENCE);
  try {
    const url = await preparing;
    announce(
      trans.__(
        'The download of %1 begins. Your browser shows how far it is.',
        items
      )
    );
    return url;
  } catch (error) {
    const text = trans.__(
      '%1: not downloaded. %2',
      items,
      explainDownload(trans, reasonOf(error))
    );
    announce(text);
    Notification.error(text, { autoClose: false });
    return null;
  } finally {
    clearTimeout(timer);
    if (shown !== null) {
      Notification.dismiss(shown);
    }
  }
}

function reasonOf(error: unknown): { reason: string; message: string } {
  const reason =
    typeof error === 'object' && error !== null && 'reason' in error
      ? String(error.reason)
      : '';
  return { reason, message: messageOf(error) };
}
