import { rememberedLink } from '../link/rememberedLink';
import { areHandlesSlow } from '../sending/wholeFile';
import { Batch, Conflicts } from './conflicts';
import { Emitter, throttled } from '../emitter';
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
import { pathIn } from '../trees/place';
import { sorted } from '../trees/manyFiles';
import { RememberedTree } from '../trees/rememberedTree';
import { TreeTransfer } from '../trees/treeTransfer';
import { Queue } from './queue';
import type { IRow } from './row';
import { Picks } from '../resuming/picks';
import { restore } from '../resuming/restore';
import { Rows } from './rows';
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

/** Small files in flight at once straight to stores: as many as there are connections. */
const DIRECT_FILES_AT_ONCE = 6;

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
  private readonly rows: Rows;
  private readonly changes = new Emitter<void>();
  private readonly completions = new Emitter<ITransfer>();
  private readonly notify = throttled(() => this.tell(), NOTIFY_EVERY);
  private refreshing: ReturnType<typeof setTimeout> | null = null;

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
      directFiles: new Queue(() => DIRECT_FILES_AT_ONCE),
      checksums: new Queue(() => 1),
      ...rememberedLink(resumeStore, network),
      uploads: new ServerUploads(transport, claims),
      conflicts: new Conflicts(conflicts),
      random,
      onChange: () => this.touch(),
      onDone: transfer => this.completions.emit(transfer)
    };
    this.rows = new Rows(new Picks(resumeStore, claims), () => this.touch());
    network.changed.subscribe(() => {
      if (network.online) {
        this.rows.all.forEach(row => row.wake());
      }
    });
  }

  get transfers(): readonly ITransfer[] {
    return this.rows.snapshots;
  }

  get totals(): ITotals {
    return totals(this.rows.worked);
  }

  get busy(): boolean {
    return this.rows.isBusy;
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
      const begun = this.rows.files.find(row =>
        row.continuesWith(source, place)
      );
      if (begun !== undefined) {
        begun.continueWith(source);
        return begun.snapshot;
      }
      this.rows.files.forEach(row => row.otherPicked(place));
      const { size, lastModified } = source;
      return this.rows.show(key => {
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
    const earlier = this.rows.all.find(
      row => isTree(row) && row.continuesWith(tree, place)
    );
    if (earlier !== undefined) {
      this.rows.remove(earlier.snapshot.key);
    }
    const isResumed = earlier !== undefined;
    return this.rows.show(
      key => new TreeTransfer(this.shared, key, tree, place, isResumed)
    );
  }

  entries(key: string): readonly ITreeEntry[] {
    const row = this.rows.get(key);
    return row instanceof TreeTransfer ? row.entries : [];
  }

  async restore(): Promise<void> {
    await restore(this.shared, this.rows);
  }

  pause(key: string): void {
    this.rows.get(key)?.pause();
  }

  resume(key: string, source?: ISource): void {
    this.rows.get(key)?.resume(source);
  }

  async resumeRemembered(key: string): Promise<boolean> {
    const row = this.rows.get(key);
    if (row instanceof RememberedTree) {
      const { id, folder, destination } = row.pick;
      const found = await this.shared.resumeStore.recallPick(id);
      if (found === null || !('list' in found)) {
        return false;
      }
      this.addTree(found, folder, destination);
      return true;
    }
    return (await this.rows.file(key)?.resumeRemembered()) ?? false;
  }

  async computeChecksum(key: string): Promise<void> {
    await this.rows.file(key)?.computeChecksum();
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
    for (const row of this.rows.all) {
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
    for (const { key, state } of this.transfers) {
      if (isOver(state)) {
        this.rows.remove(key);
      }
    }
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

  private touch(): void {
    this.rows.touch();
    this.notify();
  }

  private tell(): void {
    this.rows.review();
    this.changes.emit();
    if (this.transfers.some(({ state }) => state === 'uploading')) {
      this.refreshing ??= setTimeout(() => {
        this.refreshing = null;
        for (const row of this.rows.all) {
          row.refresh();
        }
        this.touch();
      }, REFRESH_EVERY);
    }
  }
}

function isTree(row: IRow): row is TreeTransfer | RememberedTree {
  return row instanceof TreeTransfer || row instanceof RememberedTree;
}
