import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  caretDownIcon,
  MenuSvg,
  ReactWidget,
  ToolbarButtonComponent
} from '@jupyterlab/ui-components';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { Menu } from '@lumino/widgets';
import * as React from 'react';

export interface IMenuItem {
  readonly command: string;
  readonly args: ReadonlyJSONObject;
}

interface IMenuOptions {
  readonly label: string;
  /** What is in the menu, each time that it opens. */
  readonly items: () => readonly IMenuItem[];
}

/** A narrow button of a toolbar that opens a menu of commands below itself. */
export class MenuButton extends ReactWidget {
  constructor(
    commands: JupyterFrontEnd['commands'],
    private readonly options: IMenuOptions
  ) {
    super();
    this.addClass('jp-ToolbarButton');
    this.addClass('jp-BigUpload-menuButton');
    this.menu = new MenuSvg({ commands });
    this.menu.addClass('jp-BigUpload-menu');
    this.menu.aboutToClose.connect(() => this.closed());
    this.node.addEventListener('keydown', event => {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        event.stopPropagation();
        this.open(event.key === 'ArrowDown' ? 'first' : 'last');
      }
    });
  }

  override dispose(): void {
    this.menu.dispose();
    super.dispose();
  }

  protected override render(): React.ReactElement {
    return (
      <ToolbarButtonComponent
        icon={caretDownIcon}
        tooltip={this.options.label}
        aria-haspopup="menu"
        aria-expanded={this.isOpen}
        // A pointer points at what it wants; a key goes on from the first.
        onClick={event => this.open(isPointer(event) ? 'none' : 'first')}
      />
    );
  }

  private open(active: 'first' | 'last' | 'none'): void {
    const { left, bottom } = this.node.getBoundingClientRect();
    this.menu.clearItems();
    this.options.items().forEach(item => this.menu.addItem({ ...item }));
    this.isOpen = true;
    this.update();
    this.menu.open(left, bottom);
    if (active === 'first') {
      this.menu.activateNextItem();
    } else if (active === 'last') {
      this.menu.activatePreviousItem();
    }
  }

  /** The focus goes back to where it came from, unless the person has taken it elsewhere. */
  private closed(): void {
    this.isOpen = false;
    this.update();
    if (this.menu.node.contains(document.activeElement)) {
      this.button?.focus();
    }
  }

  private get button(): HTMLElement | null {
    return this.node.querySelector<HTMLElement>('.jp-ToolbarButtonComponent');
  }

  private readonly menu: Menu;
  private isOpen = false;
}

/** A screen reader clicks without a pointer. */
function isPointer(event: React.SyntheticEvent | undefined): boolean {
  const cause = event?.nativeEvent;
  return cause instanceof MouseEvent && cause.detail > 0;
}
