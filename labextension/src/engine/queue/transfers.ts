import { ChunkSize } from '../link/chunkSize';
import { LinkRate } from '../link/linkRate';
import { Parallelism } from '../link/parallelism';
import { areHandlesSlow } from '../sending/wholeFile';
import { Batch, Conflicts } from './conflicts';
import { Emitter, throttled } from '../emitter';
import { isUnderWay } from './lifecycle';
import { isOver } from '../model';
import { HOME } from '../ports';
import type { IListenable } from '../emitter';
import type { ITotals, ITransfer, ITransfers, ITreeEntry } from '../model';
import type {
  IClaims,
  IConflictResolver,
  IHasher,
  INetwork,
  IResumeStore,
  ISource,
  ITree
} from '../ports';
import type { ITransport } from '../wire';
import { pathIn } from '../trees/batch';
import { sorted } from '../trees/manyFiles';
import { TreeTransfer } from '../trees/treeTransfer';
import { Queue } from './queue';
import type { IRow } from './row';
import { ServerUploads } from '../resuming/serverUploads';
import type { IShared } from './shared';
import { totals } from './totals';
import { Transfer } from './transfer';

/** Milliseconds between two notifications while bytes move: figures that change faster can't be read, and cost the link. */
const NOTIFY_EVERY = 250;

/** Milliseconds after which a rate is looked at again although nothing moved. */
const REFRESH_EVERY = 1_000;

/** Files under way at once: enough that small ones do not wait for each other's round trips. */
const FILES_AT_ONCE = 3;

/** Parts in flight at once straight to stores, to whose hosts browsers open six connections each. */
const DIRECT_PARTS_AT_ONCE = 4;

export interface ITransfersOptions {
  readonly transport: ITransport;
  readonly conflicts: IConflictResolver;
  readonly hasher: IHasher;
  readonly resumeStore: IResumeStore;
  readonly network: INetwork;
  readonly claims: IClaims;
  /** In `[0, 1)`; for the jitter of retries. */
  readonly random?: () => number;
}

/** The engine: everything behind the panel. */
export function createTransfers(options: ITransfersOptions): ITransfers {
  return new Transfers(options);
}

class Transfers implements ITransfers {
  readonly changed: IListenable<void>;
  readonly finished: IListenable<ITransfer>;
  private readonly shared: IShared;
  /** The transfers that were at work since nothing was the last time. */
  private readonly round = new Set<string>();
  private readonly rows = new Map<string, IRow>();
  private readonly changes = new Emitter<void>();
  private readonly completions = new Emitter<ITransfer>();
  private readonly notify = throttled(() => this.tell(), NOTIFY_EVERY);
  private cached: readonly ITransfer[] | null = null;
  private refreshing: ReturnType<typeof setTimeout> | null = null;
  private count = 0;

  constructor({
    transport,
    conflicts,
    hasher,
    resumeStore,
    network,
    claims,
    random = Math.random
  }: ITransfersOptions) {
    this.changed = this.changes;
    this.finished = this.completions;
    this.shared = {
      transport,
      hasher,
      resumeStore,
      network,
      files: new Queue(() => FILES_AT_ONCE),
      directParts: new Queue(() => DIRECT_PARTS_AT_ONCE),
      checksums: new Queue(() => 1),
      ...rememberedLink(resumeStore, network),
      uploads: new ServerUploads(transport, claims),
      conflicts: new Conflicts(conflicts),
      random,
      onChange: () => this.touch(),
      onDone: transfer => this.completions.emit(transfer)
    };
    network.changed.subscribe(() => {
      if (network.online) {
        this.rows.forEach(row => row.wake());
      }
    });
  }

  get transfers(): readonly ITransfer[] {
    this.cached ??= [...this.rows.values()].map(row => row.snapshot);
    return this.cached;
  }

  get totals(): ITotals {
    return totals(this.transfers.filter(({ key }) => this.round.has(key)));
  }

  get busy(): boolean {
    return this.transfers.some(({ state }) => isUnderWay(state));
  }

  get areHandlesSlow(): boolean {
    return areHandlesSlow(this.shared);
  }

  add(
    sources: readonly ISource[],
    folder: string,
    destination = HOME
  ): readonly ITransfer[] {
    this.wakeHasher();
    const { together, single } = sorted(sources);
    const batch = new Batch(this.shared.uploads.sharedList());
    const transfers = single.map(source => {
      const path = pathIn(folder, source.name);
      const place = { destination, path };
      const begun = this.files.find(row => row.continuesWith(source, place));
      if (begun !== undefined) {
        begun.continueWith(source);
        return begun.snapshot;
      }
      this.files.forEach(row => row.otherPicked(place));
      const { size, lastModified } = source;
      return this.show(key => {
        const identity = { ...place, size, lastModified };
        return new Transfer(this.shared, key, identity, batch, source);
      });
    });
    return together === null
      ? transfers
      : [this.addTree(together, folder, destination), ...transfers];
  }

  addTree(tree: ITree, folder: string, destination = HOME): ITransfer {
    this.wakeHasher();
    const place = { destination, folder };
    const earlier = this.trees.find(row => row.continuesWith(tree, place));
    if (earlier !== undefined) {
      this.remove(earlier.snapshot.key);
    }
    const isResumed = earlier !== undefined;
    return this.show(
      key => new TreeTransfer(this.shared, key, tree, place, isResumed)
    );
  }

  entries(key: string): readonly ITreeEntry[] {
    const row = this.rows.get(key);
    return row instanceof TreeTransfer ? row.entries : [];
  }

  async restore(): Promise<void> {
    const { resumeStore, uploads } = this.shared;
    const [unfinished, remembered] = await Promise.all([
      uploads.abandoned(),
      resumeStore.remembered()
    ]);
    for (const upload of unfinished) {
      const rows = this.files;
      if (
        uploads.isOwned(upload.id) ||
        rows.some(row => row.isBegunFor(upload))
      ) {
        continue;
      }
      const { destination, path, size, last_modified: lastModified } = upload;
      const identity = { destination, path, size, lastModified };
      const earlier = { upload, remembered: remembered.has(upload.id) };
      const batch = new Batch(uploads.sharedList());
      const { key } = this.show(
        key => new Transfer(this.shared, key, identity, batch, null, earlier)
      );
      if (rows.some(row => row.replaces(upload))) {
        this.file(key)?.otherPicked(identity);
      }
    }
  }

  pause(key: string): void {
    this.rows.get(key)?.pause();
  }

  resume(key: string, source?: ISource): void {
    this.rows.get(key)?.resume(source);
  }

  async resumeRemembered(key: string): Promise<boolean> {
    return (await this.file(key)?.resumeRemembered()) ?? false;
  }

  async computeChecksum(key: string): Promise<void> {
    await this.file(key)?.computeChecksum();
  }

  async cancel(
    key: string,
    options?: { readonly removesArrived: boolean }
  ): Promise<void> {
    await this.rows.get(key)?.cancel(options);
  }

  retry(key: string): void {
    this.rows.get(key)?.retry();
  }

  pauseAll(): void {
    for (const row of this.rows.values()) {
      row.pause();
    }
  }

  resumeAll(): void {
    for (const { key, state } of this.transfers) {
      // What is `unfinished` needs its file picked again, one by one.
      if (state !== 'unfinished') {
        this.resume(key);
      }
    }
  }

  clearFinished(): void {
    for (const [key, row] of this.rows) {
      if (isOver(row.snapshot.state)) {
        this.remove(key);
      }
    }
    this.touch();
  }

  private get files(): readonly Transfer[] {
    return [...this.rows.values()].filter(row => row instanceof Transfer);
  }

  private get trees(): readonly TreeTransfer[] {
    return [...this.rows.values()].filter(row => row instanceof TreeTransfer);
  }

  private file(key: string): Transfer | undefined {
    const row = this.rows.get(key);
    return row instanceof Transfer ? row : undefined;
  }

  private remove(key: string): void {
    this.rows.get(key)?.dispose();
    this.rows.delete(key);
    this.round.delete(key);
  }

  /** It loads while the first uploads are being created. */
  private wakeHasher(): void {
    const { hasher } = this.shared;
    const [algorithm] = hasher.algorithms;
    if (algorithm !== undefined) {
      const { signal } = new AbortController();
      // Whether it works shows with the first chunk.
      hasher.digest(algorithm, new Blob([]), { signal }).catch(() => undefined);
    }
  }

  private show(make: (key: string) => IRow): ITransfer {
    if (!this.busy) {
      this.round.clear();
    }
    this.count += 1;
    const key = `transfer-${this.count}`;
    this.round.add(key);
    const row = make(key);
    this.rows.set(key, row);
    this.touch();
    return row.snapshot;
  }

  private touch(): void {
    this.cached = null;
    this.notify();
  }

  private tell(): void {
    for (const { key, state } of this.transfers) {
      if (isUnderWay(state)) {
        this.round.add(key);
      }
    }
    this.changes.emit();
    if (this.transfers.some(({ state }) => state === 'uploading')) {
      this.refreshing ??= setTimeout(() => {
        this.refreshing = null;
        for (const row of this.rows.values()) {
          row.refresh();
        }
        this.touch();
      }, REFRESH_EVERY);
    }
  }
}

/** What is known of the link begins with what an earlier visit learnt, and is left for the next. */
function rememberedLink(
  resumeStore: IResumeStore,
  network: INetwork
): Pick<IShared, 'chunks' | 'chunkSize' | 'linkRate' | 'parallelism'> {
  const chunkSize = new ChunkSize(
    largestBody => void resumeStore.rememberLink({ largestBody })
  );
  const linkRate = new LinkRate(
    rate => void resumeStore.rememberLink({ rate })
  );
  const parallelism = new Parallelism(
    network,
    () => chunks.fill(),
    chunksAtOnce => void resumeStore.rememberLink({ chunksAtOnce })
  );
  const chunks = new Queue(() => parallelism.limit);
  void resumeStore.link().then(({ largestBody, rate, chunksAtOnce }) => {
    if (largestBody !== undefined) {
      chunkSize.expect(largestBody);
    }
    if (rate !== undefined) {
      linkRate.expect(rate);
    }
    if (chunksAtOnce !== undefined) {
      parallelism.expect(chunksAtOnce);
    }
  });
  return { chunks, chunkSize, linkRate, parallelism };
}
