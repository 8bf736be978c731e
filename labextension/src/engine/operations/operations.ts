import { Emitter, throttled } from '../emitter';
import type { IListenable } from '../emitter';
import { describe } from '../errors';
import type { INetwork } from '../ports';
import { newIdempotencyKey } from '../resuming/idempotencyKey';
import { Retry } from '../retrying/retry';
import { sleep } from '../retrying/sleep';
import { TransportError } from '../wire';
import { fitting } from './fitting';
import type { IKind, IOperation, IOperations, IThing, ITrouble } from './model';
import { OperationRow } from './row';
import type {
  IOperationsServer,
  IServerOperation,
  IServerOperations
} from './wire';

/** Seconds that the server may keep a request until something changes: proxies end one that says nothing for 30 or 60. */
const LONGEST_WAIT = 25;

/** Milliseconds between two answers: figures that change faster can't be read. */
const LOOK_EVERY = 500;

/** Milliseconds after which a rate is looked at again although nothing moved, and between two notifications. */
const REFRESH_EVERY = 1_000;
const NOTIFY_EVERY = 100;

/** How often what a person asked for is sent before they are told that it did not arrive. */
const ATTEMPTS = 4;

export interface IOperationsOptions {
  readonly server: IOperationsServer;
  readonly network: INetwork;
  /** In `[0, 1)`; for the jitter of retries. */
  readonly random?: () => number;
}

/** Operations as the panel shows them. */
export function createOperations(options: IOperationsOptions): IOperations {
  return new Operations(options);
}

/** The truth is the server's: one request at a time waits for news of it, and only while something is under way. */
class Operations implements IOperations {
  readonly changed: IListenable<void>;
  readonly ended: IListenable<IOperation>;
  private readonly changes = new Emitter<void>();
  private readonly ends = new Emitter<IOperation>();
  private readonly notify = throttled(() => this.tell(), NOTIFY_EVERY);
  private readonly server: IOperationsServer;
  private readonly random: () => number;
  private readonly looks: Retry;
  private readonly rows = new Map<string, OperationRow>();
  /** Taken off the list: an answer that was on its way may still name them. */
  private readonly removed = new Set<string>();
  private knownKinds: readonly IKind[] = [];
  private troubleNow: ITrouble | null = null;
  private cached: readonly IOperation[] | null = null;
  private version = '';
  /** Counts the looks at the server. */
  private looked = 0;
  private isLooking = false;
  private isAsked = false;
  private refreshing: ReturnType<typeof setTimeout> | null = null;

  constructor({ server, network, random = Math.random }: IOperationsOptions) {
    this.changed = this.changes;
    this.ended = this.ends;
    this.server = server;
    this.random = random;
    this.looks = new Retry({
      random,
      onWaiting: (error, retryAt) => this.onTrouble(error, retryAt),
      onRunning: () => this.onTrouble(null, null)
    });
    network.changed.subscribe(() => {
      if (network.online) {
        this.looks.retryNow();
      }
    });
  }

  get operations(): readonly IOperation[] {
    this.cached ??= [...this.rows.values()]
      .sort((one, other) => (one.created < other.created ? -1 : 1))
      .map(row => row.snapshot);
    return this.cached;
  }

  get kinds(): readonly IKind[] {
    return this.knownKinds;
  }

  get trouble(): ITrouble | null {
    return this.troubleNow;
  }

  fitting(things: readonly IThing[]): readonly IKind[] {
    return fitting(this.knownKinds, things);
  }

  look(): void {
    this.isAsked = true;
    if (!this.isLooking) {
      this.isLooking = true;
      void this.goOnLooking();
    }
  }

  async start(
    kind: string,
    { destination, path }: Pick<IThing, 'destination' | 'path'>,
    parameters: Readonly<Record<string, unknown>> = {}
  ): Promise<IOperation> {
    const key = newIdempotencyKey();
    const begun = await this.send(() =>
      this.server.start({ kind, destination, path, parameters }, key)
    );
    const row = this.put(begun);
    if (row.isOver) {
      this.ends.emit(row.snapshot);
    }
    this.look();
    return row.snapshot;
  }

  async again(key: string): Promise<void> {
    const row = this.row(key);
    if (row?.snapshot.state === 'failed') {
      const { kind, parameters } = row.snapshot;
      await this.start(kind, row.snapshot, parameters);
      await this.remove(row);
    }
  }

  async cancel(key: string): Promise<void> {
    const row = this.row(key);
    if (row === undefined || row.isOver) {
      return;
    }
    row.cancel();
    this.touch();
    try {
      this.put(await this.send(() => this.server.cancel(row.id)));
    } catch (error) {
      row.cancelFailed();
      throw error;
    } finally {
      this.touch();
      this.look();
    }
  }

  async clearFinished(): Promise<void> {
    const over = [...this.rows.values()].filter(({ isOver }) => isOver);
    await Promise.all(over.map(row => this.remove(row)));
  }

  /** Until nothing is under way, and nobody has asked since the last look began. */
  private async goOnLooking(): Promise<void> {
    try {
      while (this.isAsked || this.isUnderWay) {
        const isFirst = this.isAsked;
        this.isAsked = false;
        if (this.knownKinds.length === 0) {
          await this.learnKinds();
        }
        this.looked += 1;
        const look = this.looked;
        const { version } = this;
        const answer = await this.looks.run(() =>
          isFirst
            ? this.server.list()
            : this.server.list({ version, seconds: LONGEST_WAIT })
        );
        this.takeAll(answer, look);
        if (this.isUnderWay && !this.isAsked) {
          await sleep(LOOK_EVERY);
        }
      }
    } catch (error) {
      this.isAsked = false;
      this.onTrouble(error, null);
    } finally {
      this.isLooking = false;
    }
  }

  private async learnKinds(): Promise<void> {
    this.knownKinds = await this.looks.run(() => this.server.kinds());
    this.rows.forEach(row => row.touch());
    this.touch();
  }

  private takeAll({ operations, version }: IServerOperations, look: number) {
    this.version = version;
    this.troubleNow = null;
    const listed = new Set(operations.map(({ metadata }) => metadata.id));
    for (const [id, row] of this.rows) {
      if (!listed.has(id) && row.knownSince < look) {
        this.rows.delete(id);
      }
    }
    for (const operation of operations) {
      if (!this.removed.has(operation.metadata.id)) {
        this.put(operation);
      }
    }
    this.touch();
  }

  private put(operation: IServerOperation): OperationRow {
    const { id } = operation.metadata;
    const known = this.rows.get(id);
    if (known !== undefined) {
      const wasOver = known.isOver;
      known.take(operation);
      this.touch();
      if (known.isOver && !wasOver) {
        this.ends.emit(known.snapshot);
      }
      return known;
    }
    const row = new OperationRow(
      operation,
      kind => this.kindOf(kind),
      this.looked
    );
    this.rows.set(id, row);
    this.touch();
    return row;
  }

  private async remove(row: OperationRow): Promise<void> {
    this.removed.add(row.id);
    this.rows.delete(row.id);
    this.touch();
    try {
      await this.send(() => this.server.remove(row.id));
    } catch (error) {
      if (!(error instanceof TransportError && error.status === 404)) {
        // It is there still, and comes back with the next look.
        this.removed.delete(row.id);
        console.warn('An operation could not be removed.', error);
      }
    }
  }

  /** What a person asked for. */
  private send<T>(request: () => Promise<T>): Promise<T> {
    const { random } = this;
    return new Retry({ random, attempts: ATTEMPTS }).run(request);
  }

  private get isUnderWay(): boolean {
    return [...this.rows.values()].some(({ isOver }) => !isOver);
  }

  private row(key: string): OperationRow | undefined {
    return [...this.rows.values()].find(({ snapshot }) => snapshot.key === key);
  }

  private kindOf(kind: string): IKind | undefined {
    return this.knownKinds.find(({ name }) => name === kind);
  }

  private onTrouble(error: unknown, retryAt: number | null): void {
    this.troubleNow = error === null ? null : { ...describe(error), retryAt };
    this.touch();
  }

  private touch(): void {
    this.cached = null;
    this.notify();
  }

  private tell(): void {
    this.changes.emit();
    if (this.operations.some(({ rate }) => rate !== null && rate > 0)) {
      this.refreshing ??= setTimeout(() => {
        this.refreshing = null;
        this.rows.forEach(row => row.refresh());
        this.touch();
      }, REFRESH_EVERY);
    }
  }
}
