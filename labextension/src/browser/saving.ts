/** Have the browser save what is at an address, as JupyterLab has it: its own list of downloads shows the rest. */
export function save(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
}
