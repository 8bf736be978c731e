/** Menus of what can be done with a file: beside a row of the panel, and in the list of files. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { Menu } from '@lumino/widgets';
import type { IKind, IOperations, IThing } from '../../engine/operations/model';
import { takes } from '../../engine/operations/model';
import { HOME } from '../../engine/ports';
import { bigUploadIcon } from '../controls/icons';
import { mayBeDatabase, mayBeTable } from '../tables/endings';

interface IMenuOptions {
  readonly commands: JupyterFrontEnd['commands'];
  readonly operations: IOperations;
  /** The command that starts an operation: `kind` and what follows here are its arguments. */
  readonly command: string;
}

interface IRowMenuOptions extends IMenuOptions {
  /** The command that downloads `paths` of a `destination`. */
  readonly download: string;
  /** The command that shows a file as a table: `destination`, `path` and `upload` are its arguments. */
  readonly viewTable: string;
  /** The command that shows the history of a database: `path` is its argument. */
  readonly viewHistory: string;
}

/** A file or a folder, or a file that is still coming: that has the server's id of its upload. */
export type ThingOrUpload = IThing & { readonly upload?: string };

/** @param isByPointer - whether a person points at what they want; a key goes on from the first. */
export type OpenMenu = (
  thing: ThingOrUpload,
  button: HTMLElement,
  isByPointer: boolean
) => void;

/** The menu that a button of a row opens. */
export class RowMenu {
  private readonly menu: Menu;
  private button: HTMLElement | null = null;

  constructor(private readonly options: IRowMenuOptions) {
    this.menu = new MenuSvg({ commands: options.commands });
    this.menu.addClass('jp-BigUpload-menu');
    this.menu.aboutToClose.connect(() => this.closed());
  }

  open(...[thing, button, isByPointer]: Parameters<OpenMenu>): void {
    const { menu, options } = this;
    const { destination, path, isFolder } = thing;
    const { upload } = thing;
    menu.clearItems();
    if (mayBeTable(thing)) {
      const place = { destination, path };
      menu.addItem({
        command: options.viewTable,
        args: upload === undefined ? place : { ...place, upload }
      });
    }
    if (mayBeDatabase(thing) && destination === HOME) {
      menu.addItem({ command: options.viewHistory, args: { path } });
    }
    if (upload === undefined) {
      menu.addItem({
        command: options.download,
        args: { destination, paths: [isFolder ? `${path}/` : path] }
      });
      menu.addItem({ type: 'separator' });
      for (const { name } of options.operations.fitting([thing])) {
        addKind(menu, options.command, { kind: name, destination, path });
      }
    }
    const { left, bottom } = button.getBoundingClientRect();
    this.button = button;
    button.setAttribute('aria-expanded', 'true');
    menu.open(left, bottom);
    if (!isByPointer) {
      menu.activateNextItem();
    }
  }

  /** The focus goes back to where it came from, unless the person has taken it elsewhere. */
  private closed(): void {
    this.button?.setAttribute('aria-expanded', 'false');
    if (this.menu.node.contains(document.activeElement)) {
      this.button?.focus();
    }
    this.button = null;
  }
}

/**
 * Submenus of the context menu of file lists, one for files and one for folders; each is there once the server can do
 * anything with any of them.
 */
export function addContextMenus(
  contextMenu: JupyterFrontEnd['contextMenu'],
  options: IMenuOptions & { readonly rank: number }
): void {
  const { operations, command, commands, rank } = options;
  for (const isFolder of [false, true]) {
    const submenu = new MenuSvg({ commands });
    submenu.title.label = 'BigUpload';
    submenu.title.icon = bigUploadIcon;
    let shown: readonly IKind[] = [];
    let isAdded = false;
    const fill = () => {
      if (operations.kinds === shown) {
        return;
      }
      shown = operations.kinds;
      submenu.clearItems();
      for (const kind of shown.filter(
        kind => kind.offered && takes(kind, isFolder)
      )) {
        addKind(submenu, command, { kind: kind.name, toSelection: true });
      }
      // A submenu of which all may be hidden would open to nothing.
      if (!isAdded && shown.some(kind => takesAll(kind, isFolder))) {
        isAdded = true;
        contextMenu.addItem({
          type: 'submenu',
          submenu,
          selector: `.jp-DirListing-item[data-isdir="${isFolder}"]`,
          rank
        });
      }
    };
    fill();
    operations.changed.subscribe(fill);
  }
}

function addKind(menu: Menu, command: string, args: ReadonlyJSONObject): void {
  menu.addItem({ command, args });
}

function takesAll(kind: IKind, isFolder: boolean): boolean {
  return kind.offered && takes(kind, isFolder) && kind.endings.length === 0;
}
