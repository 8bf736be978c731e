import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { CommandToolbarButton } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

/**
 * The places that the schema knows, each beside the upload button of one application.
 *
 * A schema cannot tell the applications apart, and one rank for both would put the button among
 * Notebook's file actions, which come and go.
 */
const PLACES = ['bigupload-lab', 'bigupload-notebook'] as const;

/**
 * Put the button in its place.
 *
 * @param label - also its accessible name, where the label is not shown.
 */
export function addToolbarButton(
  { commands }: JupyterFrontEnd,
  registry: IToolbarWidgetRegistry,
  options: {
    readonly command: string;
    readonly label: string;
    readonly place: (typeof PLACES)[number];
  }
): void {
  const { command, label, place } = options;
  for (const name of PLACES) {
    registry.addFactory('FileBrowser', name, () => {
      if (name === place) {
        return new CommandToolbarButton({ commands, id: command, label });
      }
      const nothing = new Widget();
      nothing.hide();
      return nothing;
    });
  }
}
