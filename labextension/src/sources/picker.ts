import { FileSource } from './file';

export interface IPickOptions {
  readonly multiple: boolean;
}

/**
 * Let the person choose files; call it from a click.
 *
 * @returns the files in the order in which the browser gives them; none when the person cancels.
 */
export async function pickFiles(options: IPickOptions): Promise<FileSource[]> {
  if (window.showOpenFilePicker !== undefined) {
    try {
      // Only these files can be opened again on a later visit.
      const handles = await window.showOpenFilePicker(options);
      return await Promise.all(handles.map(handle => FileSource.open(handle)));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') {
        return [];
      }
      // Not allowed here (a frame of another origin, a policy): every page may ask the plain way.
    }
  }
  const files = await pickByInput(options);
  return files.map(file => new FileSource(file));
}

function pickByInput({ multiple }: IPickOptions): Promise<File[]> {
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
