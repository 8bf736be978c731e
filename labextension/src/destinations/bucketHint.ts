/**
 * The advice to put large files into a bucket.
 *
 * Files that go to the home folder begin at once, whether the person reads the advice or not. Who follows it has these
 * transfers cancelled, which leaves nothing behind, and the same files begun in the bucket: only what was sent
 * in the meantime is sent again. Who declines it is not asked again on this page.
 */

import type { IDestination, IDestinations } from '.';
import { Emitter } from '../engine/emitter';
import { isOver } from '../engine/model';
import type { ITransfer, ITransfers } from '../engine/model';
import type { ISource } from '../engine/ports';

/** A file that is larger than what the administrator wants in home folders, and its way there. */
interface ILargeFile {
  readonly key: string;
  readonly source: ISource;
}

export interface IAdvice {
  /** How many files it is about, and their bytes. */
  readonly files: number;
  readonly size: number;
  /** What can take them instead, at least one. */
  readonly buckets: readonly IDestination[];
}

export class BucketHint {
  constructor(
    private readonly transfers: ITransfers,
    private readonly destinations: IDestinations
  ) {
    transfers.changed.subscribe(() => this.forgetWhatIsOver());
    destinations.changed.subscribe(() => this.changed.emit());
  }

  readonly changed = new Emitter<void>();

  /** Null while there is nothing to advise. */
  get advice(): IAdvice | null {
    const buckets = this.buckets().filter(({ state }) => state === 'ok');
    return this.large.length === 0 || buckets.length === 0
      ? null
      : {
          files: this.large.length,
          size: this.large.reduce((sum, { source }) => sum + source.size, 0),
          buckets
        };
  }

  /** Files have begun their way to the home folder. */
  async consider(
    sources: readonly ISource[],
    added: readonly ITransfer[]
  ): Promise<void> {
    const { hintAbove } = this.destinations;
    if (this.declined || hintAbove === 0) {
      return;
    }
    const large = sources.flatMap((source, index) => {
      const transfer = added[index];
      // What an earlier visit began there goes on there.
      return transfer !== undefined &&
        source.size > hintAbove &&
        transfer.sent === 0
        ? [{ key: transfer.key, source }]
        : [];
    });
    if (large.length === 0) {
      return;
    }
    this.large = [...this.large, ...large];
    this.changed.emit();
    // Only what was tried is recommended.
    await Promise.allSettled(
      this.buckets().map(({ name }) => this.destinations.check(name))
    );
  }

  /** Leave the files where they are going. */
  decline(): void {
    this.declined = true;
    this.large = [];
    this.changed.emit();
  }

  /** Take the files to a bucket instead, and make it the destination of the next ones. */
  async moveTo(destination: string): Promise<void> {
    this.forgetWhatIsOver();
    const files = this.large;
    this.large = [];
    this.destinations.choose(destination, '');
    // What can't be cancelled now expires on the server: no reason to keep the person waiting.
    await Promise.allSettled(
      files.map(({ key }) => this.transfers.cancel(key))
    );
    this.transfers.add(
      files.map(({ source }) => source),
      '',
      destination
    );
    this.changed.emit();
  }

  private buckets(): IDestination[] {
    return this.destinations.list.filter(
      ({ kind }) => kind === 's3' || kind === 'azure'
    );
  }

  private forgetWhatIsOver(): void {
    const going = new Set(
      this.transfers.transfers
        .filter(({ state }) => !isOver(state))
        .map(({ key }) => key)
    );
    const large = this.large.filter(({ key }) => going.has(key));
    if (large.length < this.large.length) {
      this.large = large;
      this.changed.emit();
    }
  }

  private large: readonly ILargeFile[] = [];
  private declined = false;
}
