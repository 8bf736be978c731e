/**
 * Going on with an upload of an earlier visit.
 */

import { Dialog, showDialog } from '@jupyterlab/apputils';

import type { ISource, ITransfer, ITransfers } from '../engine/ports';
import { SourceMismatchError } from '../engine/ports';
import type { ILanguage } from './language';
import { explainMismatch } from './messages';
import { pickFiles } from './picker';

/**
 * Let the person choose the file again, until it is the right one or they give up.
 *
 * @param toSource - what makes a picked file something to upload.
 */
export async function resumeWithFile(
  transfer: ITransfer,
  transfers: ITransfers,
  toSource: (file: File) => ISource,
  language: ILanguage
): Promise<void> {
  for (;;) {
    const [file] = await pickFiles({ multiple: false });
    if (!file) {
      return;
    }
    try {
      transfers.resume(transfer.key, toSource(file));
      return;
    } catch (error) {
      if (!(error instanceof SourceMismatchError)) {
        throw error;
      }
      if (!(await askForAnother(error, file, language))) {
        return;
      }
    }
  }
}

/** @returns whether the person wants to choose again. */
async function askForAnother(
  { expected }: SourceMismatchError,
  file: File,
  { trans, format }: ILanguage
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('This is another file'),
    body: `${explainMismatch(trans, expected, file)} ${
      expected.lastModified === null
        ? trans.__(
            'To go on, choose the file “%1” of %2.',
            expected.name,
            format.bytes(expected.size)
          )
        : trans.__(
            'To go on, choose the file “%1” of %2, changed %3.',
            expected.name,
            format.bytes(expected.size),
            format.moment(new Date(expected.lastModified))
          )
    }`,
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Choose another file…') })
    ]
  });
  return button.accept;
}
