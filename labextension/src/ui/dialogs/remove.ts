import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { ITransfers } from '../../engine/model';
import type { ILanguage } from '../text/language';

/** Remove what earlier visits left unfinished, after asking: it can't be had back. */
export async function removeUnfinished(
  transfers: ITransfers,
  { trans, format }: ILanguage
): Promise<void> {
  const unfinished = transfers.transfers.filter(
    ({ state }) => state === 'unfinished'
  );
  const count = unfinished.length;
  const size = unfinished.reduce((sum, { sent }) => sum + sent, 0);
  const { button } = await showDialog({
    title: trans._n(
      'Remove %1 unfinished upload?',
      'Remove %1 unfinished uploads?',
      count
    ),
    body: trans.__(
      'The %1 that are on the server already will be deleted. The files on your computer stay as they are.',
      format.bytes(size)
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Remove') })
    ]
  });
  if (button.accept) {
    await Promise.all(unfinished.map(({ key }) => transfers.cancel(key)));
  }
}
