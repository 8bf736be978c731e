import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { CommandToolbarButton } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import type { IMenuItem } from './menuButton';
import { MenuButton } from './menuButton';

/**
 * The places that the schema knows, each beside the upload button of one application.
 *
 * A schema cannot tell the applications apart, and one rank for both would put the button among
 * Notebook's file actions, which come and go.
 */
const PLACES = ['bigupload-lab', 'bigupload-notebook'] as const;

/**
 * Put the button in its place, and beside it one that opens a menu.
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
    readonly menu: {
      readonly label: string;
      /** What is in it, each time that it opens. */
      readonly items: () => readonly IMenuItem[];
    };
  }
): void {
  const { command, label, place, menu } = options;
  const add = (name: string, make: () => Widget) =>
    registry.addFactory('FileBrowser', name, make);
  for (const name of PLACES) {
    const isHere = name === place;
    add(name, () =>
      isHere
        ? new CommandToolbarButton({ commands, id: command, label })
        : nothing()
    );
    add(`${name}-menu`, () =>
      isHere ? new MenuButton(commands, menu) : nothing()
    );
  }
}

function nothing(): Widget {
  const widget = new Widget();
  widget.hide();
  return widget;
}
