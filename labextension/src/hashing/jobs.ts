import type { Digest, DigestAlgorithm } from '../engine/wire';
import { digestOf } from './algorithms';
import type { IReadTogether } from './readTogether';
import { readTogether } from './readTogether';

export interface IJob {
  readonly algorithm: DigestAlgorithm;
  readonly blob: Blob;
  /** Nothing waits for it: it stands still while there is any other job. */
  readonly background: boolean;
  readonly signal: AbortSignal;
  /** @param read - bytes so far. */
  readonly onProgress: (read: number) => void;
}

/** The jobs of one thread: one after the other, because each is wanted as soon as possible. */
export class Jobs {
  /** Resolves when no job is left but those in the background. */
  private idle: Promise<unknown> = Promise.resolve();
  private urgent = 0;

  /** @param read - the bytes of a blob, piece by piece. */
  constructor(
    private readonly read: (blob: Blob) => AsyncIterable<Uint8Array>
  ) {}

  run(job: IJob): Promise<Digest> {
    const digest = () => digestOf(job.algorithm, this.pieces(job));
    if (job.background) {
      return digest();
    }
    this.urgent += 1;
    const result = this.idle.then(digest).finally(() => {
      this.urgent -= 1;
    });
    this.idle = result.catch(() => undefined);
    return result;
  }

  /** Small files wait for no other job (see `readTogether`). */
  readTogether(
    algorithm: DigestAlgorithm | null,
    whole: Blob,
    sizes: readonly number[],
    signal: AbortSignal
  ): Promise<IReadTogether | null> {
    return readTogether(algorithm, whole, sizes, signal);
  }

  private async *pieces(job: IJob): AsyncGenerator<Uint8Array> {
    const { background, blob, onProgress, signal } = job;
    let read = 0;
    signal.throwIfAborted();
    for await (const piece of this.read(blob)) {
      if (background) {
        await othersCome();
        while (this.urgent > 0) {
          await this.idle;
        }
      }
      signal.throwIfAborted();
      yield piece;
      read += piece.length;
      onProgress(read);
    }
  }
}

/** Let messages in that have arrived: what is at hand of a blob is read without. Timers would be slowed down in hidden pages. */
function othersCome(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
