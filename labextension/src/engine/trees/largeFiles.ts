import { Batch } from '../queue/conflicts';
import type { IShared } from '../queue/shared';
import { Transfer } from '../queue/transfer';
import { isOver } from '../model';
import { describe, sourceUnreadable } from '../errors';
import type { ITransfer } from '../model';
import type { ISource } from '../ports';
import { pathIn } from './place';
import type { Entries } from './entries/entries';
import type { Entry } from './entries/entry';
import type { ITreePlace } from './place';

/** Files under way at once; the page's own queue of files bounds them over all transfers. */
const LANES = 3;

interface ILargeFile {
  readonly transfer: Transfer;
  /** Hears of it while the tree is at work. */
  onChange: (() => void) | null;
}

/** Sends the large files of a tree, each as an upload of its own that can go on later. */
export class LargeFiles {
  private readonly begun = new Map<Entry, ILargeFile>();
  private readonly atWork = new Set<Entry>();

  constructor(
    private readonly shared: IShared,
    private readonly place: ITreePlace,
    private readonly entries: Entries,
    private readonly onProgress: () => void
  ) {}

  /** Bytes of files that are not over: those sent, and of these, those that would survive. */
  get bytes(): { readonly sent: number; readonly acknowledged: number } {
    let sent = 0;
    let acknowledged = 0;
    for (const { transfer } of this.begun.values()) {
      const { snapshot } = transfer;
      sent += snapshot.sent;
      acknowledged += snapshot.acknowledged;
    }
    return { sent, acknowledged };
  }

  /** One that waits for something, if all that are at work do. */
  get waiting(): ITransfer | null {
    const snapshots = [...this.atWork].map(({ transfer }) => transfer);
    return snapshots.every(one => one?.state === 'waiting')
      ? (snapshots[0] ?? null)
      : null;
  }

  /** Until each of `queue` has arrived, or has failed. More may be added to it meanwhile. */
  async send(queue: Entry[], signal: AbortSignal): Promise<void> {
    const lane = async () => {
      for (
        let entry = queue.shift();
        entry !== undefined && !signal.aborted;
        entry = queue.shift()
      ) {
        await this.sendOne(entry, signal);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    signal.throwIfAborted();
  }

  /** What waits is tried now. */
  wake(): void {
    this.begun.forEach(({ transfer }) => transfer.wake());
  }

  /** Delete what there is of those that are not done. */
  async cancel(): Promise<void> {
    await Promise.all(
      [...this.begun.values()].map(({ transfer }) => transfer.cancel())
    );
  }

  /** Leave what is there to other transfers. */
  dispose(): void {
    this.begun.forEach(({ transfer }) => transfer.dispose());
  }

  private async sendOne(entry: Entry, signal: AbortSignal): Promise<void> {
    this.atWork.add(entry);
    this.entries.move(entry, 'sending');
    try {
      const one =
        this.begun.get(entry) ?? this.begin(entry, await entry.open());
      const end = await this.whenOver(entry, one, signal);
      if (end !== null) {
        this.begun.get(entry)?.transfer.dispose();
        this.begun.delete(entry);
        entry.transfer = null;
        this.settle(entry, end);
      }
    } catch (error) {
      this.entries.move(entry, 'failed', describe(sourceUnreadable(error)));
    } finally {
      this.atWork.delete(entry);
      this.onProgress();
    }
  }

  /** How it ended; null when the tree was stopped before. */
  private whenOver(
    entry: Entry,
    one: ILargeFile,
    signal: AbortSignal
  ): Promise<ITransfer | null> {
    return new Promise(resolve => {
      const look = () => {
        entry.transfer = one.transfer.snapshot;
        this.onProgress();
        if (isOver(entry.transfer.state)) {
          end(entry.transfer);
        }
      };
      const stop = () => {
        one.transfer.pause();
        this.entries.move(entry, 'queued');
        end(null);
      };
      const end = (how: ITransfer | null) => {
        one.onChange = null;
        signal.removeEventListener('abort', stop);
        resolve(how);
      };
      one.onChange = look;
      signal.addEventListener('abort', stop, { once: true });
      if (one.transfer.snapshot.state === 'paused') {
        one.transfer.resume();
      }
      look();
    });
  }

  private begin(entry: Entry, source: ISource): ILargeFile {
    const { path, size } = entry;
    const batch = new Batch(this.shared.uploads.sharedList());
    batch.decision = entry.onConflict === 'fail' ? null : entry.onConflict;
    const transfer = new Transfer(
      {
        ...this.shared,
        onChange: () => this.begun.get(entry)?.onChange?.(),
        onDone: () => undefined
      },
      path,
      {
        destination: this.place.destination,
        path: pathIn(this.place.folder, path),
        size,
        lastModified: source.lastModified
      },
      batch,
      source
    );
    const one: ILargeFile = { transfer, onChange: null };
    this.begun.set(entry, one);
    return one;
  }

  private settle(entry: Entry, end: ITransfer): void {
    const { entries } = this;
    if (end.state === 'done') {
      const wanted = pathIn(this.place.folder, entry.path);
      entries.move(
        entry,
        end.identical
          ? 'identical'
          : end.path !== wanted
            ? 'renamed'
            : entry.existing !== null
              ? 'replaced'
              : 'new'
      );
    } else if (end.state === 'failed') {
      const state = end.error?.reason === 'hidden' ? 'left-out' : 'failed';
      entries.move(entry, state, end.error);
    } else {
      entries.move(entry, 'skipped');
    }
  }
}
