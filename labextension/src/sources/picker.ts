/** Let the person choose; call these from a click or a key, without waiting for anything before. */

import type { ITree } from '../engine/ports';
import { FileSource } from './file';
import { FileListTree } from './fileList';

export interface IPickOptions {
  readonly multiple: boolean;
  /** Whether the files are to be opened again on a later visit, where the browser can do that. */
  readonly withHandles: boolean;
}

/** @returns the files in the order in which the browser gives them; none when the person cancels. */
export async function pickFiles({
  multiple,
  withHandles
}: IPickOptions): Promise<FileSource[]> {
  const { showOpenFilePicker } = window;
  const handles =
    withHandles && showOpenFilePicker !== undefined
      ? await ask(() => showOpenFilePicker.call(window, { multiple }))
      : 'not possible';
  if (handles === 'not possible') {
    const files = await pickByInput(input => (input.multiple = multiple));
    return [...(files ?? [])].map(file => new FileSource(file));
  }
  return Promise.all((handles ?? []).map(handle => FileSource.open(handle)));
}

/**
 * Not by `showDirectoryPicker`: what that gives leaves out, without a word, each file whose name no Windows could have
 * (`12:00.csv`). What it would know besides, empty folders, comes along with folders that are dropped.
 *
 * @returns null when the person cancels, or chooses a folder without any file.
 */
export async function pickFolder(): Promise<ITree | null> {
  const files = await pickByInput(input => (input.webkitdirectory = true));
  return files?.length ? new FileListTree(files) : null;
}

/** @returns null when the person cancels; `'not possible'` where every page may ask the plain way, and no other. */
async function ask<T>(
  show: () => Promise<T>
): Promise<T | null | 'not possible'> {
  try {
    return await show();
  } catch (error) {
    // Else it is not allowed here: a frame of another origin, a policy.
    return error instanceof DOMException && error.name === 'AbortError'
      ? null
      : 'not possible';
  }
}

function pickByInput(
  prepare: (input: HTMLInputElement) => void
): Promise<FileList | null> {
  const input = document.createElement('input');
  input.type = 'file';
  prepare(input);
  input.hidden = true;
  // Some browsers drop an input without a parent, and its events with it, while the picker is open.
  document.body.append(input);
  return new Promise(resolve => {
    const finish = () => {
      input.remove();
      resolve(input.files);
    };
    input.addEventListener('change', finish);
    input.addEventListener('cancel', finish);
    input.click();
  });
}
