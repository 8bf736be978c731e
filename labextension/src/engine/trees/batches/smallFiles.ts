import { describe, isProxyLimit } from '../../errors';
import type { Failure } from '../../errors';
import type { Retry } from '../../retrying/retry';
import { Backoff, mayHaveArrived } from '../../retrying/policy';
import type { ISendingContext } from '../../sending/sending';
import type { IBatchOutcome, IErrorFields } from '../../wire';
import { TransportError } from '../../wire';
import { pathIn } from '../place';
import type { Entries } from '../entries/entries';
import type { Entry } from '../entries/entry';
import { settle } from '../entries/outcomes';
import type { ITreePlace } from '../place';
import { blobOf, openEntries, readEntries } from './batch';
import type { IReadEntry } from './batch';
import { BatchSize } from './batchSize';
import type { IBatchWay } from './batchWay';
import { Ways } from './ways';

/** Batches that are read, sent or stored at once: while one is stored the next ones come. */
const LANES = 4;

/** What keeps all other files out, too, so that sending them would be for nothing. */
const HOPELESS: ReadonlySet<string> = new Set(['no_space', 'quota_exceeded']);

export interface ISmallFilesOptions {
  readonly shared: ISendingContext;
  readonly place: ITreePlace;
  readonly entries: Entries;
  /** In `[0, 1)`. */
  readonly random: () => number;
  /** Something moved. */
  readonly onProgress: () => void;
  /** A file that no batch can carry over this link. */
  readonly onTooLarge: (entry: Entry) => void;
}

/** Brings small files to their place, a batch at a time: straight to the store where that is open, else through the server. */
export class SmallFiles {
  private readonly size: BatchSize;
  private readonly ways: Ways;
  private waiting: Entry[] = [];
  private lanes = 0;
  /** Bytes that left, of each batch that has no answer yet. */
  private readonly moving = new Map<object, number>();
  private hopeless: IErrorFields | null = null;
  /** Why some files of the last batches have to come again. */
  private passing: TransportError | null = null;
  private readonly backoff: Backoff;

  constructor(private readonly options: ISmallFilesOptions) {
    const { place, shared } = options;
    this.size = new BatchSize(shared.chunkSize);
    this.ways = new Ways(shared, place, this.size);
    this.backoff = new Backoff(options.random);
  }

  /** Bytes that are on their way. */
  get inFlight(): number {
    let bytes = 0;
    for (const sent of this.moving.values()) {
      bytes += sent;
    }
    return bytes;
  }

  /** Whether batches are read or sent now. */
  get isAtWork(): boolean {
    return this.lanes > 0;
  }

  /** Until each of `entries` has arrived, or has failed; rejects with what concerns all of them. */
  async send(
    entries: readonly Entry[],
    retry: Retry,
    signal: AbortSignal
  ): Promise<void> {
    // The last is taken first.
    this.waiting = [...entries].reverse();
    this.hopeless = null;
    await retry.run(() => this.ways.choose(signal), signal);
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const failures: unknown[] = [];
    const lane = async () => {
      this.lanes += 1;
      try {
        while (this.waiting.length > 0 && !both.aborted) {
          const isOpen = await retry.run(() => this.ways.isOpen(both), both);
          const way = this.ways.of(this.waiting.at(-1), isOpen);
          const batch = this.take(way, isOpen);
          if (batch.length > 0) {
            await this.sendBatch(batch, way, retry, both);
          }
        }
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
      this.lanes -= 1;
    };
    // All of them, so that nothing of this run is left when another one begins.
    await Promise.all(Array.from({ length: LANES }, lane));
    for (const entry of this.options.entries.of('sending')) {
      if (entry.transfer === null) {
        this.options.entries.move(entry, 'queued');
      }
    }
    signal.throwIfAborted();
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  /** The next files that go the same way, as many as fit. */
  private take(way: IBatchWay, isOpen: boolean): Entry[] {
    const { entries, onTooLarge } = this.options;
    const { files, bytes } = way;
    const batch: Entry[] = [];
    let size = 0;
    while (batch.length < files) {
      const entry = this.waiting.at(-1);
      if (
        entry === undefined ||
        this.ways.of(entry, isOpen) !== way ||
        (batch.length > 0 && size + entry.size > bytes)
      ) {
        break;
      }
      this.waiting.pop();
      if (this.hopeless !== null) {
        entries.move(entry, 'failed', this.hopeless);
      } else if (entry.size > bytes) {
        onTooLarge(entry);
      } else {
        entries.move(entry, 'sending');
        size += entry.size;
        batch.push(entry);
      }
    }
    return batch;
  }

  private async sendBatch(
    batch: readonly Entry[],
    way: IBatchWay,
    retry: Retry,
    signal: AbortSignal
  ): Promise<void> {
    const { entries, shared, onProgress, onTooLarge } = this.options;
    let left = batch;
    try {
      await retry.run(async () => {
        // Of some it was told what became of them before the others failed.
        left = left.filter(({ state }) => state === 'sending');
        if (left.length === 0) {
          return;
        }
        const onFailure = (entry: Entry, error: Failure) =>
          entries.move(entry, 'failed', describe(error));
        const open = await openEntries(left, onFailure);
        const read = await shared.hasher.readAll(
          this.ways.algorithm,
          open.map(blobOf),
          signal
        );
        const readable = readEntries(open, read, onFailure);
        const different = await this.withoutIdentical(readable, signal);
        left = different.map(({ entry }) => entry);
        if (left.length > 0) {
          await this.post(different, way, signal);
        }
      }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isProxyLimit(error)) {
        throw error;
      }
      const canBeSmaller = this.size.refuse(sizeOf(left));
      for (const entry of left) {
        entries.move(entry, 'queued');
        if (canBeSmaller) {
          this.waiting.push(entry);
        } else {
          onTooLarge(entry);
        }
      }
    }
    onProgress();
    await this.pause(retry, signal);
  }

  /** Those that have to be sent: the others are there already. */
  private async withoutIdentical(
    batch: readonly IReadEntry[],
    signal: AbortSignal
  ): Promise<readonly IReadEntry[]> {
    const { shared, place, entries } = this.options;
    const compared = batch.filter(
      ({ entry, read }) => entry.isToCompare && read.digest !== null
    );
    if (compared.length === 0) {
      return batch;
    }
    const found = await shared.transport.existing(
      place.destination,
      compared.map(({ entry, read }) => ({
        path: pathIn(place.folder, entry.path),
        size: read.size,
        digest: read.digest ?? undefined
      })),
      signal
    );
    const identical = new Set<IReadEntry>();
    for (const existing of found) {
      const one = compared[existing.index];
      if (one !== undefined && existing.identical === true) {
        identical.add(one);
        const { entry } = one;
        entries.move(entry, entry.mayHaveArrived ? 'new' : 'identical');
      }
    }
    return batch.filter(one => !identical.has(one));
  }

  private async post(
    batch: readonly IReadEntry[],
    way: IBatchWay,
    signal: AbortSignal
  ): Promise<void> {
    const { entries, onProgress } = this.options;
    const outcomes: (IBatchOutcome | undefined)[] = [];
    try {
      const left = await way.send(batch, {
        signal,
        onProgress: sent => {
          this.moving.set(batch, sent);
          onProgress();
        },
        onOutcome: ({ entry }, outcome) => {
          outcomes.push(outcome);
          this.settle(entry, outcome);
        }
      });
      for (const { entry } of left) {
        entry.isIndirect = true;
        entries.move(entry, 'queued');
        this.waiting.push(entry);
      }
    } catch (error) {
      if (mayHaveArrived(error) || signal.aborted) {
        for (const { entry } of batch) {
          if (entry.state === 'sending') {
            entry.isToCompare = true;
            entry.mayHaveArrived = true;
          }
        }
      }
      throw error;
    } finally {
      this.moving.delete(batch);
    }
    this.giveUpIfHopeless(outcomes);
  }

  private settle(entry: Entry, outcome: IBatchOutcome | undefined): void {
    const { entries, place } = this.options;
    const error = settle(entries, place, entry, outcome);
    if (error !== null) {
      this.waiting.push(entry);
      const { message, reason } = error;
      this.passing = new TransportError(message, 200, reason, true);
    }
  }

  private giveUpIfHopeless(
    outcomes: readonly (IBatchOutcome | undefined)[]
  ): void {
    const [first] = outcomes;
    if (
      first?.state === 'failed' &&
      HOPELESS.has(first.error.reason) &&
      outcomes.every(one => one?.state === 'failed')
    ) {
      // Not even one of them got in.
      this.hopeless = first.error;
    }
  }

  /** Give the server time, after files that it can't take at the moment. */
  private async pause(retry: Retry, signal: AbortSignal): Promise<void> {
    const { passing } = this;
    this.passing = null;
    const delay = passing === null ? null : this.backoff.next(passing);
    if (delay !== null) {
      await retry.wait(delay, passing, signal);
    }
  }
}

function sizeOf(batch: readonly Entry[]): number {
  return batch.reduce((sum, { size }) => sum + size, 0);
}
