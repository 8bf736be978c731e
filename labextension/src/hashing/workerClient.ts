import { Failure } from '../engine/errors';
import type { Digest, DigestAlgorithm } from '../engine/wire';
import type { IJob } from './jobs';
import type { IPort, Reply, Request } from './messages';
import type { IReadTogether } from './readTogether';

/** Milliseconds until a worker must have loaded. */
const LOAD_WITHIN = 10_000;

/** A worker as its page sees it. */
export interface IWorker extends IPort<Request, Reply> {
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** The worker did not load, or died: what it was to do must be done elsewhere. */
export class WorkerLostError extends Error {
  override readonly name = 'WorkerLostError';
}

/** What has been asked for, and not answered yet. */
interface IPending {
  readonly onReply: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** A request without its number. */
type Asked = DistributiveOmit<Exclude<Request, { type: 'cancel' }>, 'id'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown
  ? Omit<T, K>
  : never;

/** One worker, and the jobs that it has. */
export class WorkerClient {
  private readonly pending = new Map<number, IPending>();
  private readonly loading: ReturnType<typeof setTimeout>;
  private count = 0;
  private isLost = false;

  constructor(private readonly worker: IWorker) {
    this.loading = setTimeout(() => this.lose(), LOAD_WITHIN);
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = event => {
      event.preventDefault();
      this.lose();
    };
  }

  /** Jobs that it has not answered. */
  get load(): number {
    return this.pending.size;
  }

  /** Rejects with `WorkerLostError` when the worker can't do it any more. */
  digest(job: IJob): Promise<Digest> {
    const { algorithm, background, blob, signal, onProgress } = job;
    return this.ask(
      { type: 'digest', algorithm, blob, background },
      signal,
      reply => {
        if (reply.type === 'progress') {
          onProgress(reply.read);
        }
        return reply.type === 'digest' ? reply.digest : undefined;
      }
    );
  }

  /** See `Jobs.readTogether`; rejects as `digest`. */
  readTogether(
    algorithm: DigestAlgorithm | null,
    whole: Blob,
    sizes: readonly number[],
    signal: AbortSignal
  ): Promise<IReadTogether | null> {
    const asked = { type: 'read', algorithm, whole, sizes } as const;
    return this.ask(asked, signal, reply =>
      reply.type === 'read' ? reply.read : undefined
    );
  }

  /** @param answerOf - what a reply answers; undefined while that is still to come. */
  private ask<T>(
    asked: Asked,
    signal: AbortSignal,
    answerOf: (reply: Reply) => T | undefined
  ): Promise<T> {
    if (this.isLost) {
      return Promise.reject(new WorkerLostError());
    }
    const id = (this.count += 1);
    const cancel = () => {
      this.worker.postMessage({ type: 'cancel', id });
      this.take(id)?.reject(signal.reason);
    };
    signal.addEventListener('abort', cancel, { once: true });
    return new Promise<T>((resolve, reject) => {
      const onReply = (reply: Reply) => {
        const answer = answerOf(reply);
        if (answer !== undefined) {
          this.pending.delete(id);
          resolve(answer);
        }
      };
      this.pending.set(id, { onReply, reject });
      this.worker.postMessage({ ...asked, id });
    }).finally(() => signal.removeEventListener('abort', cancel));
  }

  private receive(reply: Reply): void {
    switch (reply.type) {
      case 'ready':
        clearTimeout(this.loading);
        break;
      case 'progress':
      case 'digest':
      case 'read':
        this.pending.get(reply.id)?.onReply(reply);
        break;
      case 'failure':
        this.take(reply.id)?.reject(new Failure(reply.reason, reply.message));
        break;
    }
  }

  private take(id: number): IPending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }

  private lose(): void {
    clearTimeout(this.loading);
    this.isLost = true;
    this.worker.terminate();
    for (const { reject } of this.pending.values()) {
      reject(new WorkerLostError());
    }
    this.pending.clear();
  }
}
