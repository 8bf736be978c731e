import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { runToEnd } from '../operations/toEnd';
import type { ITableServices } from '../tables/services';
import { messageOf } from '../text/messages';

/**
 * Ask whether an import is not wanted, and discard it.
 *
 * @returns whether it is gone.
 */
export async function discardImport(
  given: {
    readonly database: string;
    readonly table: string;
    readonly import: string;
  },
  { operations, language }: ITableServices
): Promise<boolean> {
  const { trans } = language;
  const { button } = await showDialog({
    title: trans.__('Discard the import into “%1”?', given.table),
    body: trans.__(
      'The database stays as it is. The file that was imported stays, too.'
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Discard') })
    ]
  });
  if (!button.accept) {
    return false;
  }
  try {
    await runToEnd(operations, 'discard_import', given.database, {
      import: given.import
    });
    return true;
  } catch (error) {
    await showErrorMessage(
      trans.__('The import was not discarded'),
      messageOf(error)
    );
    return false;
  }
}
