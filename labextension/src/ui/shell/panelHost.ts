import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';
import { isOver } from '../../engine/model';
import type { ITransfers } from '../../engine/model';
import type { IOperations } from '../../engine/operations/model';

/** Shows one panel in the area below the main one, which JupyterLab and Notebook both have. */
export class PanelHost {
  constructor(
    private readonly shell: JupyterFrontEnd.IShell,
    private readonly panel: Widget
  ) {}

  /** Whether a person sees the panel now. */
  get isVisible(): boolean {
    return this.panel.isVisible;
  }

  /** Bring the panel to the front, on the wish of the person. */
  open(): void {
    if (this.panel.parent === null) {
      this.shell.add(this.panel, 'down');
    }
    this.shell.activateById(this.panel.id);
  }

  /**
   * Let the panel appear by itself. It takes no focus, and where it stands already, in front or
   * behind another tab, it stays as the person has it.
   */
  reveal(): void {
    if (this.panel.parent === null) {
      this.open();
    }
  }
}

/** Reveal the panel each time that a transfer comes which it has not shown yet. */
export function revealNewTransfers(
  transfers: ITransfers,
  host: PanelHost
): void {
  const known = new Set<string>();
  transfers.changed.subscribe(() => {
    const before = known.size;
    for (const { key } of transfers.transfers) {
      known.add(key);
    }
    if (known.size > before) {
      host.reveal();
    }
  });
}

/** Reveal the panel each time that the server begins something; what ended before this visit can wait. */
export function revealNewOperations(
  operations: IOperations,
  host: PanelHost
): void {
  const known = new Set<string>();
  operations.changed.subscribe(() => {
    const news = operations.operations.filter(({ key }) => !known.has(key));
    news.forEach(({ key }) => known.add(key));
    if (news.some(({ state }) => !isOver(state))) {
      host.reveal();
    }
  });
}
