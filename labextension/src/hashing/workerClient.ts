import { Failure } from '../engine/errors';
import type { Digest } from '../engine/wire';
import type { IJob } from './jobs';
import type { IPort, Reply, Request } from './messages';

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

interface IPending {
  readonly job: IJob;
  readonly resolve: (digest: Digest) => void;
  readonly reject: (error: unknown) => void;
}

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
    if (this.isLost) {
      return Promise.reject(new WorkerLostError());
    }
    const { algorithm, background, blob, signal } = job;
    const id = (this.count += 1);
    const cancel = () => {
      this.worker.postMessage({ type: 'cancel', id });
      this.take(id)?.reject(signal.reason);
    };
    signal.addEventListener('abort', cancel, { once: true });
    return new Promise<Digest>((resolve, reject) => {
      this.pending.set(id, { job, resolve, reject });
      this.worker.postMessage({
        type: 'digest',
        id,
        algorithm,
        blob,
        background
      });
    }).finally(() => signal.removeEventListener('abort', cancel));
  }

  private receive(reply: Reply): void {
    switch (reply.type) {
      case 'ready':
        clearTimeout(this.loading);
        break;
      case 'progress':
        this.pending.get(reply.id)?.job.onProgress(reply.read);
        break;
      case 'digest':
        this.take(reply.id)?.resolve(reply.digest);
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
