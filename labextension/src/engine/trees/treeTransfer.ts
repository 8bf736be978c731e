import { describe } from '../errors';
import { advance, possible } from '../queue/lifecycle';
import type { IRow } from '../queue/row';
import { retryOf } from '../queue/runListener';
import type { IShared } from '../queue/shared';
import { isOver } from '../model';
import type {
  ITransfer,
  ITreeEntry,
  ITreeProgress,
  TransferState
} from '../model';
import type { ITree } from '../ports';
import { longest, timeLeft } from '../sending/rate';
import { pathIn } from './place';
import type { ITreePlace } from './place';
import { TreeRun } from './treeRun';
import type { ITreeListener } from './treeRun';

/** One row of the list that stands for many files: where they stand, and what a person does about them. */
export class TreeTransfer implements IRow, ITreeListener {
  private state: TransferState = 'queued';
  private error: ITransfer['error'] = null;
  private retryAt: number | null = null;
  private stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private cached: ITransfer | null = null;
  private readonly run: TreeRun;

  /** @param isResumed - see `ITreeRunOptions`. */
  constructor(
    private readonly shared: IShared,
    private readonly key: string,
    private readonly tree: ITree,
    private readonly place: ITreePlace,
    isResumed: boolean
  ) {
    this.run = new TreeRun({
      shared,
      tree,
      place,
      listener: this,
      isResumed,
      newRetry: signal => retryOf(shared, this, signal, () => 'uploading')
    });
    this.start();
  }

  /** What it looks like now; the same object until something changes. */
  get snapshot(): ITransfer {
    this.cached ??= this.takeSnapshot();
    return this.cached;
  }

  /** Its files, those that need a look first. */
  get entries(): readonly ITreeEntry[] {
    return this.run.entries?.inOrder ?? [];
  }

  /** One that failed may be retried on a later visit. */
  get isForgettable(): boolean {
    return isOver(this.state) && this.state !== 'failed';
  }

  get handle(): unknown {
    return this.tree.handle ?? null;
  }

  /** Whether a tree that is picked for a place goes on with this one. */
  continuesWith(tree: ITree, place: ITreePlace): boolean {
    return (
      ['failed', 'cancelled', 'paused'].includes(this.state) &&
      tree.name !== '' &&
      tree.name === this.tree.name &&
      place.destination === this.place.destination &&
      place.folder === this.place.folder
    );
  }

  refresh(): void {
    if (this.state === 'uploading') {
      this.cached = null;
    }
  }

  pause(): void {
    if (possible(this.state).pause) {
      this.stop.abort();
      this.onState('paused');
    }
  }

  resume(): void {
    if (this.state === 'paused') {
      this.again();
    } else {
      this.run.retryNow();
    }
  }

  retry(): void {
    if (possible(this.state, this.error?.reason).retry) {
      if (this.state === 'failed') {
        this.again();
      } else {
        this.run.retryNow();
      }
    }
  }

  wake(): void {
    this.run.retryNow();
  }

  async cancel(options?: { readonly removesArrived: boolean }): Promise<void> {
    if (possible(this.state).cancel) {
      this.stop.abort();
      this.onState('cancelled');
      await this.running;
      await this.run.cancel(options?.removesArrived ?? false);
    }
  }

  dispose(): void {
    this.stop.abort();
    this.run.dispose();
  }

  onState(
    state: TransferState,
    why?: { readonly error: unknown; readonly retryAt?: number }
  ): void {
    this.state = advance(this.state, state);
    this.error = why === undefined ? null : describe(why.error);
    this.retryAt = why?.retryAt ?? null;
    this.onProgress();
    if (state === 'done') {
      this.shared.onDone(this.snapshot);
    }
  }

  onProgress(): void {
    this.cached = null;
    this.shared.onChange();
  }

  private again(): void {
    this.run.requeueFailed();
    this.onState('queued');
    this.start();
  }

  private start(): void {
    const stop = new AbortController();
    this.stop = stop;
    this.running = this.running.then(() => this.run.start(stop.signal));
  }

  private takeSnapshot(): ITransfer {
    const { run, tree, place } = this;
    const waiting = this.state === 'uploading' ? run.waiting : null;
    const state = waiting?.state ?? this.state;
    const error = waiting?.error ?? this.error;
    const now = Date.now();
    const isMoving = state === 'uploading';
    const rate = isMoving ? run.rate.at(now) : null;
    const { sent, acknowledged } = run.bytes;
    const progress = this.progress(isMoving ? run.filesRate.at(now) : null);
    const size = run.entries?.size ?? 0;
    const path =
      tree.name === '' ? place.folder : pathIn(place.folder, tree.name);
    return Object.freeze({
      key: this.key,
      name: tree.name,
      folder: place.folder,
      path,
      destination: place.destination,
      size,
      lastModified: null,
      sent,
      acknowledged,
      rate,
      timeLeft: longest(
        timeLeft(size - sent, rate),
        timeLeft(progress.left, progress.filesPerSecond)
      ),
      state,
      error,
      retryAt: waiting?.retryAt ?? this.retryAt,
      updated: null,
      expires: null,
      remembered: false,
      isHeldByWindow: false,
      identical: false,
      existing: null,
      checksum: null,
      tree: progress,
      can: { ...possible(state, error?.reason), checksum: false }
    });
  }

  private progress(filesPerSecond: number | null): ITreeProgress {
    const { entries, found } = this.run;
    const count = (state: ITreeEntry['state']) => entries?.count(state) ?? 0;
    const left = count('queued') + count('sending') + count('conflict');
    return {
      isListed: entries !== null,
      files: entries?.all.length ?? found,
      folders: entries?.folders.length ?? 0,
      left,
      sending: count('sending'),
      new: count('new'),
      replaced: count('replaced'),
      renamed: count('renamed'),
      identical: count('identical'),
      skipped: count('skipped'),
      leftOut: count('left-out'),
      failed: count('failed'),
      filesPerSecond
    };
  }
}
