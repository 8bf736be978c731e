import type { ChunkSize } from './chunkSize';
import {
  Failure,
  isCorrupted,
  isProxyLimit,
  isRerouted,
  sourceUnreadable
} from '../failure';
import type { Parts } from './parts';
import { nextChunk } from './plan';
import type { IChunk } from './plan';
import type { IHasher, ISource } from '../ports';
import type { Progress } from './progress';
import { Queue } from '../queue/queue';
import { Backoff, isUnanswered, mayHaveArrived } from '../resuming/retry';
import { sleep } from '../resuming/sleep';
import type {
  ByteRange,
  Digest,
  IChunkReceipt,
  ISendOptions,
  ITransport,
  IUpload
} from '../wire';

/** Attempts at one chunk whose bytes arrive damaged every time. */
const ATTEMPTS_WHEN_DAMAGED = 8;

export interface ISending {
  readonly transport: ITransport;
  readonly hasher: IHasher;
  /** Bounds the chunks in flight over all transfers. */
  readonly chunks: Queue;
  readonly chunkSize: ChunkSize;
  /** In `[0, 1)`. */
  readonly random: () => number;
  readonly upload: IUpload;
  readonly source: ISource;
  readonly progress: Progress;
  readonly parts: Parts;
  readonly signal: AbortSignal;
  /** Bytes moved. */
  readonly onProgress: () => void;
  /** The server took a chunk. */
  readonly onAcknowledged: () => void;
}

/** Sends the chunks of one upload, each with the digest of its bytes. */
export class ChunkSender {
  /** Bounds the chunks of this upload in flight. */
  private readonly slots: Queue;
  private mayBegin = true;

  /** @param signal - ends what is in flight. */
  constructor(
    private readonly sending: ISending,
    private readonly signal: AbortSignal
  ) {
    this.slots = new Queue(Math.max(1, sending.upload.parallel));
  }

  /** Only chunks that are in flight already go on. */
  beginNoOther(): void {
    this.mayBegin = false;
  }

  /** Send the next chunk; false when none is left to begin. */
  async sendNext(): Promise<boolean> {
    const { onAcknowledged, progress, transport, upload } = this.sending;
    const isDirect =
      upload.direct && (await transport.takesParts(upload, this.signal));
    const chunk = this.plan(isDirect);
    if (chunk === null || !this.mayBegin) {
      return false;
    }
    const { range } = chunk;
    let receipt: IChunkReceipt | null = null;
    progress.begin(range);
    try {
      receipt = await this.deliver(chunk);
    } catch (error) {
      if (this.isPlannedAnew(chunk, error)) {
        return true;
      }
      throw error;
    } finally {
      progress.end(range, receipt?.received);
    }
    if (receipt === null) {
      return false;
    }
    onAcknowledged();
    return true;
  }

  /** Nothing may be awaited between this and `progress.begin`: another lane would send the same. */
  private plan(isDirect: boolean): IChunk | null {
    const { chunkSize, progress, upload } = this.sending;
    const { chunk_size, part_size: partSize, size } = upload;
    const { inFlight, received } = progress;
    return nextChunk(
      { size, received, inFlight },
      {
        chunkSize: chunkSize.next(
          Math.min(chunk_size, partSize ?? Infinity),
          partSize
        ),
        partSize,
        isDirect
      }
    );
  }

  /** Whether the bytes of a chunk that failed are to be cut, or to go, another way. */
  private isPlannedAnew({ range, isDirect }: IChunk, error: unknown): boolean {
    return isDirect
      ? isRerouted(error)
      : isProxyLimit(error) &&
          this.sending.chunkSize.refuse(range[1] - range[0]);
  }

  /** Send one chunk, again and again while its bytes arrive damaged; null when it may no longer begin. */
  private async deliver(chunk: IChunk): Promise<IChunkReceipt | null> {
    const { range } = chunk;
    const { parts, random } = this.sending;
    const { signal } = this;
    const backoff = new Backoff(random, ATTEMPTS_WHEN_DAMAGED);
    for (;;) {
      // Anew each time: it may be the digest that was damaged.
      const digest = await this.digest(range);
      try {
        const receipt = await this.send(chunk, digest);
        if (receipt !== null && digest !== null) {
          parts.add(range, digest);
        }
        return receipt;
      } catch (error) {
        if (!isCorrupted(error)) {
          throw error;
        }
        const delay = backoff.next(error);
        if (delay === null) {
          throw new Failure('digest_mismatch', error.message);
        }
        await sleep(delay, signal);
        signal.throwIfAborted();
      }
    }
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

  private async send(
    { range, isDirect }: IChunk,
    digest: Digest | null
  ): Promise<IChunkReceipt | null> {
    const { onProgress, progress, source, transport, upload } = this.sending;
    const body = source.slice(...range);
    const options: ISendOptions = {
      digest,
      signal: this.signal,
      onProgress: sent => {
        progress.advance(range, sent);
        onProgress();
      }
    };
    try {
      return isDirect
        ? await transport.sendPart(upload, range, body, {
            ...options,
            inTurn: send => this.inTurn(send)
          })
        : await this.inTurn(() =>
            this.learn(body.size, () =>
              transport.sendChunk(upload, range, body, options)
            )
          );
    } catch (error) {
      this.failed(error);
      if (isUnanswered(error) && !(await isReadable(source, range))) {
        // The browser reports a body that it can't read just as it reports a broken network.
        throw sourceUnreadable(error);
      }
      throw error;
    }
  }

  /** Null when no other chunk may begin by the time that there is room for it. */
  private inTurn<T>(send: () => Promise<T>): Promise<T | null> {
    const { signal } = this;
    return this.slots.run(
      () =>
        this.sending.chunks.run(async () => (this.mayBegin ? send() : null), {
          signal
        }),
      { signal }
    );
  }

  private failed(error: unknown): void {
    if (!isCorrupted(error) && !isProxyLimit(error) && !isRerouted(error)) {
      this.beginNoOther();
    }
  }

  /** Send a chunk of `bytes` through the server, and learn from it how large the next should be. */
  private async learn<T>(bytes: number, send: () => Promise<T>): Promise<T> {
    const { chunkSize } = this.sending;
    const began = Date.now();
    try {
      const answer = await send();
      chunkSize.learn(bytes, Date.now() - began);
      return answer;
    } catch (error) {
      // Here already, because the next chunk gets this one's place at once.
      this.failed(error);
      // What the server itself says of its store has nothing to do with the size.
      if (mayHaveArrived(error)) {
        chunkSize.break(bytes);
      }
      throw error;
    }
  }
}

/** Whether the file still is what was picked: browsers refuse to read one byte of it otherwise. */
async function isReadable(
  source: ISource,
  [start]: ByteRange
): Promise<boolean> {
  try {
    await source.slice(start, start + 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
