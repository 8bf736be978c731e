import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { ISignal } from '@lumino/signaling';
import type { IListenable } from '../../engine/emitter';

export interface ICurrentFolder {
  /** From the root of the server, '' for the root. */
  readonly path: string;
  readonly changed: IListenable<void>;
}

/** What is needed of the tracker of file browsers. */
interface IBrowserTracker {
  readonly currentWidget: FileBrowser | null;
  readonly currentChanged: ISignal<unknown, FileBrowser | null>;
}

/** The folder of the file browser that was used last. */
export class CurrentFolder implements ICurrentFolder {
  constructor(
    private readonly tracker: IBrowserTracker,
    private readonly defaultBrowser: FileBrowser
  ) {}

  get browser(): FileBrowser {
    return this.tracker.currentWidget ?? this.defaultBrowser;
  }

  get path(): string {
    return this.browser.model.path;
  }

  readonly changed: IListenable<void> = {
    subscribe: listener => {
      const notify = () => listener();
      let { model } = this.browser;
      model.pathChanged.connect(notify);
      const follow = () => {
        model.pathChanged.disconnect(notify);
        ({ model } = this.browser);
        model.pathChanged.connect(notify);
        listener();
      };
      this.tracker.currentChanged.connect(follow);
      return () => {
        model.pathChanged.disconnect(notify);
        this.tracker.currentChanged.disconnect(follow);
      };
    }
  };
}
