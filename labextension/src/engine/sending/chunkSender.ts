import { isProxyLimit, isRerouted, OutOfDate } from '../errors';
import { nextChunk } from './nextChunk';
import type { IChunk } from './nextChunk';
import { Queue } from '../queue/queue';
import {
  isOutOfDate,
  isOverload,
  isPending,
  isRetryable,
  mayHaveArrived
} from '../retrying/policy';
import { requireReadable } from './readable';
import type { ISending } from './sending';
import { TransportError } from '../wire';
import type { ByteRange, Digest, IChunkReceipt, ISendOptions } from '../wire';

/** Sends the chunks of one upload, each with the digest of its bytes. */
export class ChunkSender {
  /** Bounds the chunks of this upload in flight. */
  private readonly slots: Queue;
  private flying = 0;
  private readonly closing = new AbortController();
  private readonly closed: AbortSignal;
  /** Since the last chunk arrived. */
  private connectionBroke = false;

  /**
   * @param signal - ends what is in flight.
   * @param onTakeOff - one more chunk is in flight.
   */
  constructor(
    private readonly sending: ISending,
    private readonly signal: AbortSignal,
    private readonly onTakeOff: () => void
  ) {
    const most = Math.max(1, sending.upload.parallel);
    this.slots = new Queue(() => most);
    this.closed = AbortSignal.any([signal, this.closing.signal]);
  }

  /** Chunks of this upload in flight. */
  get inFlight(): number {
    return this.flying;
  }

  /** Only chunks that are in flight already go on; those that wait for another attempt end with `error`. */
  beginNoOther(error: unknown): void {
    this.closing.abort(error);
  }

  /**
   * Send the next chunk, in its place again and again until the server has it; false when none is left to begin.
   *
   * Rejects with `OutOfDate` when the server has to be asked first what it has.
   */
  async sendNext(): Promise<boolean> {
    const { progress, retry } = this.sending;
    let chunk: IChunk | null = null;
    try {
      return await retry.run(async () => {
        const isDirect = await this.isDirect();
        if (chunk !== null) {
          progress.end(chunk.range);
        }
        // Cut anew, as chunks may have become smaller. Nothing may be awaited before `begin`: others would take the same.
        chunk = this.closing.signal.aborted ? null : this.plan(isDirect);
        if (chunk === null) {
          return false;
        }
        progress.begin(chunk.range);
        await this.send(chunk);
        return true;
      }, this.closed);
    } finally {
      if (chunk !== null) {
        progress.end((chunk as IChunk).range);
      }
    }
  }

  private async isDirect(): Promise<boolean> {
    const { transport, upload } = this.sending;
    return upload.direct && transport.takesParts(upload, this.signal);
  }

  private plan(isDirect: boolean): IChunk | null {
    const { chunkSize, parallelism, progress, upload } = this.sending;
    const { chunk_size, part_size: partSize, size } = upload;
    const { inFlight, received } = progress;
    const most = Math.min(chunk_size, partSize ?? Infinity);
    const share =
      partSize === null ? parallelism.share(progress.left) : Infinity;
    return nextChunk(
      { size, received, inFlight },
      {
        chunkSize: Math.min(chunkSize.next(most, partSize), share),
        partSize,
        isDirect
      }
    );
  }

  /** Send one chunk, unless by its turn it need not, or may not, begin any more. */
  private async send(chunk: IChunk): Promise<void> {
    const { progress, source } = this.sending;
    const { range } = chunk;
    // Anew for each attempt: it may be the digest that was damaged.
    const digest = await this.digest(range);
    try {
      await this.request(chunk, digest);
    } catch (error) {
      progress.advance(range, 0);
      await requireReadable(source.slice(...range), error);
      if (this.isPlannedAnew(chunk, error)) {
        return;
      }
      throw error;
    }
  }

  private acknowledge(
    range: ByteRange,
    digest: Digest | null,
    { received }: IChunkReceipt
  ): void {
    const { onAcknowledged, parts, progress } = this.sending;
    if (digest !== null) {
      parts.add(range, digest);
    }
    this.connectionBroke = false;
    progress.end(range, received);
    onAcknowledged();
  }

  /** Whether the bytes of a chunk that failed are to be cut, or to go, another way. */
  private isPlannedAnew({ range, isDirect }: IChunk, error: unknown): boolean {
    return isDirect
      ? isRerouted(error)
      : isProxyLimit(error) &&
          this.sending.chunkSize.refuse(range[1] - range[0]);
  }

  /** Null where the two sides agreed on none. */
  private async digest(range: ByteRange): Promise<Digest | null> {
    const { hasher, source, upload } = this.sending;
    return upload.digest === null
      ? null
      : hasher.digest(upload.digest, source.slice(...range), {
          signal: this.signal
        });
  }

  private async request(
    { range, isDirect }: IChunk,
    digest: Digest | null
  ): Promise<void> {
    const { sending } = this;
    const { onProgress, progress, source, transport, upload } = sending;
    const body = source.slice(...range);
    let left = 0;
    const options: ISendOptions = {
      digest,
      signal: this.signal,
      onProgress: sent => {
        left = sent;
        progress.advance(range, sent);
        onProgress();
      }
    };
    const orStop = async <T>(sent: Promise<T>): Promise<T> => {
      try {
        return await sent;
      } catch (error) {
        throw this.stopIfNeeded(error, left === body.size);
      }
    };
    if (isDirect) {
      const receipt = await orStop(
        transport.sendPart(upload, range, body, {
          ...options,
          inTurn: send => this.inTurn(range, sending.directParts, send)
        })
      );
      if (receipt !== null) {
        this.acknowledge(range, digest, receipt);
      }
      return;
    }
    await this.inTurn(range, sending.chunks, async () => {
      // Within its turn, because the next chunk gets its place at once.
      const receipt = await orStop(
        this.learn(body.size, options, learning =>
          transport.sendChunk(upload, range, body, learning)
        )
      );
      this.acknowledge(range, digest, receipt);
    });
  }

  /**
   * Let no other chunk begin after an error that sending this one again does not help against.
   *
   * @param isWhole - all bytes of the chunk had left.
   */
  private stopIfNeeded(error: unknown, isWhole: boolean): unknown {
    // What left as a whole may have arrived. One connection may break by chance, two are an outage: a small request
    // is to find the end of it.
    const isOutage =
      mayHaveArrived(error) &&
      (isWhole || this.connectionBroke || !this.sending.network.online);
    this.connectionBroke ||= mayHaveArrived(error);
    if (
      error instanceof TransportError &&
      (isOutOfDate(error) || isPending(error) || isOutage)
    ) {
      const outOfDate = new OutOfDate(error);
      this.beginNoOther(outOfDate);
      return outOfDate;
    }
    if (!isRetryable(error) && !isProxyLimit(error)) {
      this.beginNoOther(error);
    }
    return error;
  }

  /**
   * Null when, by the time that there is room for a chunk, none may begin any more, or the server has its bytes:
   * an attempt whose answer was lost may have brought them, as the receipt of another chunk tells.
   */
  private inTurn<T>(
    range: ByteRange,
    line: Queue,
    send: () => Promise<T>
  ): Promise<T | null> {
    const { closing, sending, signal } = this;
    const sendIfNeeded = async () => {
      if (closing.signal.aborted || sending.progress.has(range)) {
        return null;
      }
      this.flying += 1;
      this.onTakeOff();
      try {
        return await send();
      } finally {
        this.flying -= 1;
      }
    };
    return this.slots.run(() => line.run(sendIfNeeded, { signal }), {
      signal
    });
  }

  /** Send a chunk of `bytes` through the server, and learn from it how large the next should be, and how many. */
  private async learn<T>(
    bytes: number,
    options: ISendOptions,
    send: (options: ISendOptions) => Promise<T>
  ): Promise<T> {
    const { chunkSize, parallelism } = this.sending;
    const began = Date.now();
    const flight = parallelism.begin(bytes);
    try {
      const answer = await send({
        ...options,
        onProgress: sent => {
          flight.advance(sent);
          options.onProgress(sent);
        }
      });
      flight.end({ arrived: true });
      chunkSize.learn(bytes, Date.now() - began);
      return answer;
    } catch (error) {
      flight.end({ arrived: false, isFault: isOverload(error) });
      // What the server itself says of its store has nothing to do with the size.
      if (mayHaveArrived(error)) {
        chunkSize.break(bytes);
      }
      throw error;
    }
  }
}
