import type { IHasher, IReadFiles } from '../engine/ports';
import type { Digest, DigestAlgorithm } from '../engine/wire';
import { networkError } from '../http/answers';
import type { IJob, Jobs } from './jobs';
import { readAll } from './readAll';
import type { IWorker } from './workerClient';
import { WorkerClient, WorkerLostError } from './workerClient';

/** One reads while the other computes; more would only take the processor from sending. */
const MOST_WORKERS = 2;

/** Digests in workers, made when they are first needed; without any, in the page. */
export class Hasher implements IHasher {
  private workers: WorkerClient[] = [];
  private areWorkersUsable = true;

  constructor(
    /** The best first. */
    readonly algorithms: readonly DigestAlgorithm[],
    private readonly makeWorker: () => IWorker,
    /** Fetched only when needed: nearly every page has workers, and this is larger than all the rest. */
    private readonly loadInPage: () => Promise<Jobs>
  ) {}

  async digest(
    algorithm: DigestAlgorithm,
    blob: Blob,
    options: Parameters<IHasher['digest']>[2]
  ): Promise<Digest> {
    const {
      background = false,
      onProgress = () => undefined,
      signal
    } = options;
    const job: IJob = { algorithm, blob, background, onProgress, signal };
    return this.inWorkerOrPage(
      worker => worker.digest(job),
      jobs => jobs.run(job),
      signal
    );
  }

  readAll(
    algorithm: DigestAlgorithm | null,
    files: readonly Blob[],
    signal: AbortSignal
  ): Promise<IReadFiles> {
    return readAll(files, (whole, sizes) =>
      this.inWorkerOrPage(
        worker => worker.readTogether(algorithm, whole, sizes, signal),
        jobs => jobs.readTogether(algorithm, whole, sizes, signal),
        signal
      )
    );
  }

  private async inWorkerOrPage<T>(
    inWorker: (worker: WorkerClient) => Promise<T>,
    inPage: (jobs: Jobs) => Promise<T>,
    signal: AbortSignal
  ): Promise<T> {
    try {
      signal.throwIfAborted();
      return await inWorker(this.worker());
    } catch (error) {
      if (!(error instanceof WorkerLostError)) {
        throw error;
      }
      // One that was lost says nothing good of the next: a policy forbids them, or memory is short.
      this.areWorkersUsable = false;
      const jobs = await this.inPage();
      signal.throwIfAborted();
      return inPage(jobs);
    }
  }

  private async inPage(): Promise<Jobs> {
    try {
      return await this.loadInPage();
    } catch (error) {
      // Workers come from the same server: when it is down, that says nothing of either.
      this.areWorkersUsable = true;
      this.workers = [];
      throw networkError(error);
    }
  }

  /** The one with the least to do. */
  private worker(): WorkerClient {
    if (!this.areWorkersUsable) {
      throw new WorkerLostError();
    }
    const [first] = [...this.workers].sort((a, b) => a.load - b.load);
    if (
      first !== undefined &&
      (first.load === 0 || this.workers.length === MOST_WORKERS)
    ) {
      return first;
    }
    const worker = new WorkerClient(this.start());
    this.workers.push(worker);
    return worker;
  }

  private start(): IWorker {
    try {
      return this.makeWorker();
    } catch (error) {
      throw new WorkerLostError('No worker can be started.', { cause: error });
    }
  }
}
