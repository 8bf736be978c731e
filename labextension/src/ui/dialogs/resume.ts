import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { ITransfer, ITransfers } from '../../engine/model';
import type { ISource, ITree } from '../../engine/ports';
import { SourceMismatchError } from '../../engine/model';
import type { ILanguage } from '../text/language';
import { explainMismatch } from '../text/messages';

/** What goes on with transfers of earlier visits. */
export interface IResumeOptions {
  readonly transfers: ITransfers;
  readonly language: ILanguage;
  /** Let the person choose a file; none when they cancel. */
  readonly pick: (options: {
    multiple: boolean;
  }) => Promise<readonly ISource[]>;
  /** Let the person choose a folder; null when they cancel. */
  readonly pickTree: () => Promise<ITree | null>;
}

/**
 * Go on with several: first those that open by themselves, then all whose files the person chooses, at once.
 */
export async function resumeAllUnfinished(
  unfinished: readonly ITransfer[],
  options: IResumeOptions
): Promise<void> {
  const isToPick = ({ remembered, tree }: ITransfer) =>
    !remembered && tree === null;
  const picked = unfinished.filter(isToPick);
  for (const transfer of unfinished.filter(one => !isToPick(one))) {
    await resumeUnfinished(transfer, options);
  }
  const [only] = picked;
  if (picked.length === 1 && only !== undefined) {
    await resumeUnfinished(only, options);
  } else if (picked.length > 1) {
    resumeWith(picked, await options.pick({ multiple: true }), options);
  }
}

/** Go on with all whose very files were chosen; the notices of the others say what is missing. */
function resumeWith(
  unfinished: readonly ITransfer[],
  files: readonly ISource[],
  { transfers }: IResumeOptions
): void {
  for (const file of files) {
    for (const { key, name } of unfinished) {
      if (name === file.name) {
        try {
          transfers.resume(key, file);
          break;
        } catch (error) {
          // It may be that of another folder; where it is none's, the row says so.
          if (!(error instanceof SourceMismatchError)) {
            throw error;
          }
        }
      }
    }
  }
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
  await (transfer.tree === null
    ? resumeWithFile(transfer, options)
    : resumeTree(transfer, options));
}

/** Have the folder, or the files, chosen again that a tree is made of. */
async function resumeTree(
  transfer: ITransfer,
  options: IResumeOptions
): Promise<void> {
  const { name, folder, destination } = transfer;
  const { transfers, language, pick, pickTree } = options;
  if (name === '') {
    const files = await pick({ multiple: true });
    if (files.length > 0) {
      transfers.add(files, folder, destination);
    }
    return;
  }
  const tree = await pickTree();
  if (tree === null) {
    return;
  }
  if (tree.name === name) {
    transfers.addTree(tree, folder, destination);
    return;
  }
  const { trans } = language;
  const obstacle = {
    title: trans.__('This is another folder'),
    problem: trans.__(
      'You chose “%1”. To go on, choose the folder “%2”.',
      tree.name,
      name
    ),
    button: trans.__('Choose another folder…')
  };
  if (await askForFile(obstacle, language)) {
    await resumeTree(transfer, options);
  }
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
  /** What the button says that lets the person choose. */
  readonly button?: string;
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
  { title, problem, expected, button }: IObstacle,
  language: ILanguage
): Promise<boolean> {
  const { trans } = language;
  const answer = await showDialog({
    title,
    body:
      expected === undefined
        ? problem
        : `${problem} ${describeFile(expected, language)}`,
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({
        label:
          button ??
          (expected === undefined
            ? trans.__('Choose the file…')
            : trans.__('Choose another file…'))
      })
    ]
  });
  return answer.button.accept;
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
