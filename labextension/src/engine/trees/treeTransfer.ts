import { possible } from '../queue/lifecycle';
import { MovingRow } from '../queue/row';
import type { ICancelOptions } from '../queue/row';
import { retryOf } from '../queue/runListener';
import type { IShared } from '../queue/shared';
import { isOver } from '../model';
import type { ITransfer, ITreeEntry, ITreeProgress } from '../model';
import type { ITree } from '../ports';
import { longest, timeLeft } from '../sending/rate';
import { pathIn } from './place';
import type { ITreePlace } from './place';
import { TreeRun } from './treeRun';
import type { ITreeListener } from './treeRun';

/** One row of the list that stands for many files: where they stand, and what a person does about them. */
export class TreeTransfer extends MovingRow implements ITreeListener {
  protected readonly run: TreeRun;

  /** @param isResumed - see `ITreeRunOptions`. */
  constructor(
    shared: IShared,
    key: string,
    private readonly tree: ITree,
    private readonly place: ITreePlace,
    isResumed: boolean
  ) {
    super(shared, key);
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

  override dispose(): void {
    super.dispose();
    this.run.dispose();
  }

  override onState(...news: Parameters<MovingRow['onState']>): void {
    super.onState(...news);
    if (this.state === 'done') {
      this.shared.onDone(this.snapshot);
    }
  }

  protected again(): void {
    this.run.requeueFailed();
    this.onState('queued');
    this.start();
  }

  private start(): void {
    this.begin(signal => this.run.start(signal));
  }

  protected discard(options?: ICancelOptions): Promise<void> {
    return this.run.cancel(options?.removesArrived ?? false);
  }

  protected takeSnapshot(): ITransfer {
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
      uploadId: null,
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
      left,
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
