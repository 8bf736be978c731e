import { Failure } from '../errors';
import type { Retry } from '../retrying/retry';
import type { IShared } from '../queue/shared';
import type { ITransfer, TransferState } from '../model';
import type { ITree } from '../ports';
import { HOME } from '../ports';
import { Rate } from '../sending/rate';
import { isLarge } from './batches/batchSize';
import { decide, expectIdentical, lookUp } from './decisions';
import { Entries } from './entries/entries';
import type { Entry } from './entries/entry';
import { LargeFiles } from './largeFiles';
import { makeFolders } from './makeFolders';
import type { ITreePlace } from './place';
import { SmallFiles } from './batches/smallFiles';
import { takeBack } from './takeBack';

/** Hears of the run of a tree. */
export interface ITreeListener {
  readonly snapshot: ITransfer;
  onState(state: TransferState, why?: { readonly error: unknown }): void;
  /** Something moved. */
  onProgress(): void;
}

export interface ITreeRunOptions {
  readonly shared: IShared;
  readonly tree: ITree;
  readonly place: ITreePlace;
  readonly listener: ITreeListener;
  /** It goes on with one that was interrupted: what is there may well be what was sent then. */
  readonly isResumed: boolean;
  readonly newRetry: (signal: AbortSignal) => Retry;
}

/** How a tree gets to the server, across pauses, until each of its files is there or has failed. */
export class TreeRun {
  /** Files found so far, while they are listed. */
  found = 0;
  /** Null until they are listed. */
  entries: Entries | null = null;
  readonly rate = new Rate();
  readonly filesRate = new Rate();
  /** What was shown as sent does not fall when some of it has to be sent again. */
  private highest = 0;
  private isLookedUp = false;
  private areFoldersMade = false;
  private small: SmallFiles | null = null;
  private large: LargeFiles | null = null;
  /** Large files that have yet to begin. */
  private largeQueue: Entry[] = [];
  private retry: Retry | null = null;

  constructor(private readonly options: ITreeRunOptions) {}

  /** Bytes at their place or on their way, and of these those that would survive. */
  get bytes(): { readonly sent: number; readonly acknowledged: number } {
    const arrived = this.entries?.arrivedBytes ?? 0;
    const size = this.entries?.size ?? 0;
    const large = this.large?.bytes ?? { sent: 0, acknowledged: 0 };
    const moving = large.sent + (this.small?.inFlight ?? 0);
    this.highest = Math.min(size, Math.max(this.highest, arrived + moving));
    return {
      sent: this.highest,
      acknowledged: Math.min(size, arrived + large.acknowledged)
    };
  }

  /** A large file that waits, when nothing else moves. */
  get waiting(): ITransfer | null {
    return this.small?.isAtWork === true ? null : (this.large?.waiting ?? null);
  }

  /** End the current wait, if any. */
  retryNow(): void {
    this.retry?.retryNow();
    this.large?.wake();
  }

  /** What failed comes again. */
  requeueFailed(): void {
    const { entries } = this;
    if (entries !== null && entries.count('failed') > 0) {
      this.highest = 0;
    }
    this.areFoldersMade = false;
    entries?.forgetFailedFolders();
    for (const entry of entries?.of('failed') ?? []) {
      if (entry.file !== null) {
        entry.refusals = 0;
        // Another client may have brought it since.
        entry.isToCompare = true;
        entries?.move(entry, 'queued');
      }
    }
  }

  /** From `queued` until nothing is left to do without a person. Never rejects. */
  async start(signal: AbortSignal): Promise<void> {
    const { listener, newRetry } = this.options;
    try {
      const retry = (this.retry = newRetry(signal));
      const entries = (this.entries ??= await this.list(signal));
      listener.onState('uploading');
      this.restartRates();
      await this.send(entries, retry, signal);
      listener.onState('finishing');
      if (entries.count('failed') > 0) {
        throw new Failure('files_failed', 'Some files did not arrive.');
      }
      listener.onState('done');
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error instanceof DeclinedError) {
        listener.onState('cancelled');
      } else {
        listener.onState('failed', { error });
      }
    }
  }

  /** Resolves when nothing of it is left on the server in part, or, if so wanted, at all. */
  async cancel(removesArrived: boolean): Promise<void> {
    await this.large?.cancel();
    if (removesArrived && this.entries !== null) {
      const { shared, place } = this.options;
      await takeBack(shared, place, this.entries);
    }
  }

  dispose(): void {
    this.large?.dispose();
  }

  private async list(signal: AbortSignal): Promise<Entries> {
    const { listener, tree } = this.options;
    listener.onState('listing');
    const listing = await tree.list({
      signal,
      onFound: files => {
        this.found = files;
        listener.onProgress();
      }
    });
    signal.throwIfAborted();
    return new Entries(listing);
  }

  private async send(
    entries: Entries,
    retry: Retry,
    signal: AbortSignal
  ): Promise<void> {
    const { shared, place, isResumed } = this.options;
    const small = (this.small ??= this.newSmall(entries));
    const large = (this.large ??= new LargeFiles(shared, place, entries, () =>
      this.onProgress(entries)
    ));
    if (!this.isLookedUp) {
      await lookUp(shared, place, entries, retry, signal);
      this.isLookedUp = true;
      if (isResumed) {
        expectIdentical(entries);
      }
    }
    do {
      await this.decide(entries, signal);
      if (!this.areFoldersMade) {
        // Small files would make most, but not those of large ones. A bucket has no folders.
        if (place.destination === HOME) {
          await makeFolders(shared, place, entries, retry, signal);
        }
        this.areFoldersMade = true;
      }
      const queued = entries.of('queued');
      this.largeQueue = queued.filter(isLarge);
      await small.send(
        queued.filter(entry => !isLarge(entry)),
        retry,
        signal
      );
      await large.send(this.largeQueue, signal);
    } while (entries.count('conflict') > 0);
  }

  private newSmall(entries: Entries): SmallFiles {
    const { shared, place } = this.options;
    return new SmallFiles({
      shared,
      place,
      entries,
      random: shared.random,
      onProgress: () => this.onProgress(entries),
      onTooLarge: entry => this.largeQueue.push(entry)
    });
  }

  private onProgress(entries: Entries): void {
    const now = Date.now();
    this.rate.record(now, this.bytes.sent);
    this.filesRate.record(now, entries.arrived);
    this.options.listener.onProgress();
  }

  /** Only what comes after counts. */
  private restartRates(): void {
    const now = Date.now();
    this.rate.restart(now, this.bytes.sent);
    this.filesRate.restart(now, this.entries?.arrived ?? 0);
  }

  /** Ask about names that are taken, if there are any. */
  private async decide(entries: Entries, signal: AbortSignal): Promise<void> {
    if (entries.count('conflict') === 0) {
      return;
    }
    const { listener, shared } = this.options;
    listener.onState('conflict');
    const isToGoOn = await shared.conflicts.inTurn(
      resolver => decide(resolver, listener.snapshot, entries, signal),
      signal
    );
    if (!isToGoOn) {
      throw new DeclinedError();
    }
    listener.onState('queued');
    listener.onState('uploading');
    this.restartRates();
  }
}

/** The person wants none of it. */
class DeclinedError extends Error {
  override readonly name = 'DeclinedError';
}
