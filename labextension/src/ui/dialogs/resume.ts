import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { ITransfer, ITransfers } from '../../engine/model';
import type { ISource } from '../../engine/ports';
import { SourceMismatchError } from '../../engine/model';
import type { ILanguage } from '../text/language';
import { explainMismatch } from '../text/messages';

export interface IResumeOptions {
  readonly transfers: ITransfers;
  readonly language: ILanguage;
  /** Let the person choose a file; none when they cancel. */
  readonly pick: (options: {
    multiple: boolean;
  }) => Promise<readonly ISource[]>;
}

/**
 * Go on by itself where the browser kept the file. Otherwise let the person choose it again, until it
 * is the right one or they give up.
 */
export async function resumeUnfinished(
  transfer: ITransfer,
  options: IResumeOptions
): Promise<void> {
  if (transfer.remembered) {
    const obstacle = await resumeRemembered(transfer, options);
    if (obstacle === null || !(await askForFile(obstacle, options.language))) {
      return;
    }
  }
  await resumeWithFile(transfer, options);
}

async function resumeWithFile(
  { key }: ITransfer,
  { transfers, language, pick }: IResumeOptions
): Promise<void> {
  for (;;) {
    const [file] = await pick({ multiple: false });
    if (file === undefined) {
      return;
    }
    try {
      transfers.resume(key, file);
      return;
    } catch (error) {
      if (!(error instanceof SourceMismatchError)) {
        throw error;
      }
      const obstacle = {
        title: language.trans.__('This is another file'),
        problem: explainMismatch(language.trans, error.expected, file),
        expected: error.expected
      };
      if (!(await askForFile(obstacle, language))) {
        return;
      }
    }
  }
}

/** Why the person must choose a file. */
interface IObstacle {
  readonly title: string;
  readonly problem: string;
  readonly expected?: SourceMismatchError['expected'];
}

/** @returns null when it goes on. */
async function resumeRemembered(
  { key, name }: ITransfer,
  { transfers, language: { trans } }: IResumeOptions
): Promise<IObstacle | null> {
  try {
    if (await transfers.resumeRemembered(key)) {
      return null;
    }
  } catch (error) {
    if (!(error instanceof SourceMismatchError)) {
      throw error;
    }
    return {
      title: trans.__('The file has changed'),
      problem: trans.__(
        '“%1” has changed since its upload was begun. To upload it as it is now, remove this transfer and upload it again.',
        name
      ),
      expected: error.expected
    };
  }
  return {
    title: trans.__('Choose the file again'),
    problem: trans.__(
      '“%1” could not be opened: it was moved, renamed or deleted, or the browser was not allowed to read it.',
      name
    )
  };
}

/**
 * The click on its button is what lets a browser show a picker: the one that began all this may be too old.
 *
 * @returns whether the person wants to choose a file.
 */
async function askForFile(
  { title, problem, expected }: IObstacle,
  language: ILanguage
): Promise<boolean> {
  const { trans } = language;
  const { button } = await showDialog({
    title,
    body:
      expected === undefined
        ? problem
        : `${problem} ${describeFile(expected, language)}`,
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({
        label:
          expected === undefined
            ? trans.__('Choose the file…')
            : trans.__('Choose another file…')
      })
    ]
  });
  return button.accept;
}

function describeFile(
  { name, size, lastModified }: SourceMismatchError['expected'],
  { trans, format }: ILanguage
): string {
  return lastModified === null
    ? trans.__(
        'To go on, choose the file “%1” of %2.',
        name,
        format.bytes(size)
      )
    : trans.__(
        'To go on, choose the file “%1” of %2, changed %3.',
        name,
        format.bytes(size),
        format.moment(new Date(lastModified))
      );
}
