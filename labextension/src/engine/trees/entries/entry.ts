import type { ITransfer, ITreeEntry, TreeEntryState } from '../../model';
import type { ISource, ITreeFile } from '../../ports';
import type { IExisting, OnConflict } from '../../wire';

/** One file of a tree. There may be a hundred thousand, so it has what all of them need, and no more. */
export class Entry implements ITreeEntry {
  state: TreeEntryState = 'queued';
  error: ITreeEntry['error'] = null;
  /** What to do when its name is taken. */
  onConflict: OnConflict = 'fail';
  /** What had its name when that was looked up, or in the end. */
  existing: Pick<IExisting, 'kind' | 'size'> | null = null;
  /** The file that is there may be the very same: that is found out before any byte of it is sent. */
  isToCompare = false;
  /** It was sent, and no answer came: what is found there may be what was sent. */
  mayHaveArrived = false;
  /** It can't go straight to the store. */
  isIndirect = false;
  /** How often it was refused for a reason that may pass. */
  refusals = 0;
  /** Of one that is too large for a batch, while it is sent. */
  transfer: ITransfer | null = null;

  /** Bytes, as it was found. */
  readonly size: number;

  /**
   * @param path - from the folder that the tree is put into.
   * @param file - null for one that could not even be listed.
   */
  constructor(
    readonly path: string,
    readonly file: ITreeFile | null
  ) {
    this.size = file?.size ?? 0;
  }

  /** Rejects when it can't be opened, or is another one by now. */
  async open(): Promise<ISource> {
    if (this.file === null) {
      throw new Error('It was never found.');
    }
    const source = await this.file.open();
    if (source.size !== this.size) {
      throw new Error('It changed since it was found.');
    }
    return source;
  }
}
