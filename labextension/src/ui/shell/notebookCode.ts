import type { INotebookTracker } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';

/**
 * What puts code into the notebook that was used last, as a new cell below the active one.
 *
 * @param tracker - null where the page has no notebooks.
 * @returns null where no notebook is open.
 */
export function inserterOf(
  tracker: INotebookTracker | null
): ((code: string) => void) | null {
  const panel = tracker?.currentWidget ?? null;
  return (
    panel &&
    (code => {
      const { content } = panel;
      NotebookActions.insertBelow(content);
      content.activeCell?.model.sharedModel.setSource(code);
      content.mode = 'command';
    })
  );
}
