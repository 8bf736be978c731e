import { FileSource } from './file';

export interface IPickOptions {
  readonly multiple: boolean;
  /** Whether the files are to be opened again on a later visit, where the browser can do that. */
  readonly withHandles: boolean;
}

/**
 * Let the person choose files; call it from a click.
 *
 * @returns the files in the order in which the browser gives them; none when the person cancels.
 */
export async function pickFiles({
  multiple,
  withHandles
}: IPickOptions): Promise<FileSource[]> {
  if (withHandles && window.showOpenFilePicker !== undefined) {
    try {
      const handles = await window.showOpenFilePicker({ multiple });
      return await Promise.all(handles.map(handle => FileSource.open(handle)));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') {
        return [];
      }
      // Not allowed here (a frame of another origin, a policy): every page may ask the plain way.
    }
  }
  const files = await pickByInput(multiple);
  return files.map(file => new FileSource(file));
}

function pickByInput(multiple: boolean): Promise<File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = multiple;
  input.hidden = true;
  // Some browsers drop an input without a parent, and its events with it, while the picker is open.
  document.body.append(input);
  return new Promise(resolve => {
    const finish = () => {
      input.remove();
      resolve([...(input.files ?? [])]);
    };
    input.addEventListener('change', finish);
    input.addEventListener('cancel', finish);
    input.click();
  });
}
