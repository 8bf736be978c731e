/**
 * The browser's own file picker.
 *
 * @returns the files in the order in which the browser gives them; none when the person cancels.
 */
export function pickFiles(options: {
  readonly multiple: boolean;
}): Promise<File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = options.multiple;
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
