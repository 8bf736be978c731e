import { possible } from '../queue/lifecycle';
import type { IRow } from '../queue/row';
import type { ITransfer, TransferState } from '../model';
import type { IPick, ITree } from '../ports';
import { pathIn } from './place';
import type { ITreePlace } from './place';

/** A tree of an earlier visit that did not get to its end: it goes on once it is picked again. */
export class RememberedTree implements IRow {
  readonly handle = undefined;
  private state: TransferState = 'unfinished';

  /** @param onChange - `snapshot` is another one. */
  constructor(
    private readonly key: string,
    readonly pick: IPick & { readonly remembered: boolean },
    private readonly onChange: () => void
  ) {}

  get snapshot(): ITransfer {
    const { key, state } = this;
    const { destination, folder, name, size, files, remembered } = this.pick;
    return {
      key,
      name,
      destination,
      folder,
      path: name === '' ? folder : pathIn(folder, name),
      size,
      lastModified: null,
      acknowledged: 0,
      sent: 0,
      rate: null,
      timeLeft: null,
      state,
      error: null,
      retryAt: null,
      updated: null,
      expires: null,
      remembered,
      isHeldByWindow: false,
      uploadId: null,
      identical: false,
      existing: null,
      checksum: null,
      tree: { ...NOTHING, files, left: files },
      can: { ...possible(state), checksum: false }
    };
  }

  get isForgettable(): boolean {
    return this.state !== 'unfinished';
  }

  /** Whether `path` is in it. */
  has(destination: string, path: string): boolean {
    const { pick } = this;
    return (
      pick.name !== '' &&
      destination === pick.destination &&
      path.startsWith(`${pathIn(pick.folder, pick.name)}/`)
    );
  }

  continuesWith(tree: ITree, place: ITreePlace): boolean {
    const { name, destination, folder } = this.pick;
    return (
      this.state === 'unfinished' &&
      tree.name === name &&
      place.destination === destination &&
      place.folder === folder
    );
  }

  cancel(): Promise<void> {
    if (this.state === 'unfinished') {
      this.state = 'cancelled';
      this.onChange();
    }
    return Promise.resolve();
  }

  refresh(): void {}
  pause(): void {}
  resume(): void {}
  retry(): void {}
  wake(): void {}
  dispose(): void {}
}

const NOTHING = {
  isListed: false,
  new: 0,
  replaced: 0,
  renamed: 0,
  identical: 0,
  skipped: 0,
  leftOut: 0,
  failed: 0,
  filesPerSecond: null
};
