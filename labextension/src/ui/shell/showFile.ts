import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import type { FileBrowser } from '@jupyterlab/filebrowser';

/** Go to a file in the list of its folder; it may be gone by now, or hidden. */
export async function showFile(
  shell: JupyterFrontEnd.IShell,
  browser: FileBrowser,
  path: string
): Promise<void> {
  shell.activateById(browser.id);
  await browser.model.cd(`/${PathExt.dirname(path)}`);
  await browser.selectItemByName(PathExt.basename(path)).catch(() => undefined);
}
