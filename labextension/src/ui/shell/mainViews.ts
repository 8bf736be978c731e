import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { TabPanel } from '@lumino/widgets';
import type { Widget } from '@lumino/widgets';

/** Opens views where documents are: each as a tab, and each once. */
export class MainViews {
  private readonly open_ = new Map<string, MainAreaWidget>();

  constructor(private readonly shell: JupyterFrontEnd.IShell) {}

  /**
   * Bring a view to the front.
   *
   * @param id - stands for what is shown.
   * @param make - makes its content, where it is not open yet.
   */
  open<T extends Widget>(id: string, make: () => T): MainAreaWidget<T> {
    let view = this.open_.get(id) as MainAreaWidget<T> | undefined;
    if (view === undefined) {
      view = new MainAreaWidget({ content: make() });
      view.id = `jp-BigUpload-view-${id}`;
      view.title.closable = true;
      view.toolbar.hide();
      this.open_.set(id, view);
      view.disposed.connect(() => this.open_.delete(id));
      this.add(view);
    }
    this.activate(view);
    return view;
  }

  private add(view: Widget): void {
    const tabs = this.notebookTabs;
    if (tabs === null) {
      this.shell.add(view, 'main');
    } else {
      tabs.addWidget(view);
    }
  }

  private activate(view: Widget): void {
    const tabs = this.notebookTabs;
    if (tabs === null) {
      this.shell.activateById(view.id);
    } else {
      tabs.currentWidget = view;
      view.activate();
    }
  }

  /** Notebook's page of files has room for one widget in its main area, and tabs in that; JupyterLab's area has tabs. */
  private get notebookTabs(): TabPanel | null {
    for (const widget of this.shell.widgets('main')) {
      if (widget instanceof TabPanel) {
        return widget;
      }
    }
    return null;
  }
}
