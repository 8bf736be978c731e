import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { ITransfer, ITransfers } from '../../engine/model';
import type { ILanguage } from '../text/language';
import { nameOf } from '../text/treeText';

/** Cancel a transfer of many files; what becomes of those that have arrived is for the person to say. */
export async function cancelTree(
  transfers: ITransfers,
  transfer: ITransfer,
  language: ILanguage
): Promise<void> {
  const { trans, format } = language;
  const arrived = transfer.tree?.new ?? 0;
  if (arrived === 0) {
    await transfers.cancel(transfer.key);
    return;
  }
  const { button } = await showDialog({
    title: trans.__('Cancel “%1”?', nameOf(transfer, language)),
    body: trans._n(
      '%2 file has arrived. Deleting takes back only what this upload brought, and only while it is as it was sent.',
      '%2 files have arrived. Deleting takes back only what this upload brought, and only while it is as it was sent.',
      arrived,
      format.count(arrived)
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Go on uploading') }),
      Dialog.warnButton({
        label: trans.__('Cancel and delete'),
        actions: ['delete']
      }),
      Dialog.okButton({ label: trans.__('Cancel and keep') })
    ]
  });
  if (button.accept) {
    await transfers.cancel(transfer.key, {
      removesArrived: button.actions.includes('delete')
    });
  }
}
