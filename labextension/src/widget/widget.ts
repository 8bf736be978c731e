import { connectUploads } from '../api';
import { PageClaims } from '../browser/claims';
import { BrowserNetwork } from '../browser/network';
import { keepAwake } from '../browser/wakeLock';
import { createTransfers } from '../engine';
import { Emitter } from '../engine/emitter';
import type { IListenable } from '../engine/emitter';
import type { ITransfers } from '../engine/model';
import type { ISource } from '../engine/ports';
import type { IServer } from '../http/server';
import { FileSource } from '../sources/file';
import { guardLeaving } from '../ui/shell/leaveGuard';
import { addressOf } from '../ui/destinations/places';
import { createHasher } from './hasher';
import { PageMemory } from './memory';
import type { IModel } from './model';
import { Others } from './others';
import { Questions } from './questions';
import { NO_SERVER, reach } from './reach';
import type { Reach } from './reach';
import { Session } from './session';

/** One widget on one page, whatever its views, from the moment that the page knows of it. */
export class Widget {
  readonly changed: IListenable<void>;
  private readonly changes = new Emitter<void>();
  /** Null until the server has said that it takes uploads. */
  session: Session | null = null;
  transfers: ITransfers | null = null;
  /** Null while the server is being asked. */
  reach: Reach | null = null;

  constructor(
    readonly model: IModel,
    private readonly server: IServer | null
  ) {
    this.changed = this.changes;
    void this.look();
  }

  get canLookAgain(): boolean {
    return this.server !== null;
  }

  /** Any page leads to a login where there is none. */
  get loginUrl(): string {
    return this.server?.baseUrl ?? '';
  }

  sourcesOf(files: readonly File[]): readonly ISource[] {
    return files.map(file => new FileSource(file));
  }

  /** Ask the server whether it takes uploads. Never rejects. */
  async look(): Promise<void> {
    if (this.server === null) {
      this.reach = NO_SERVER;
    } else {
      const { requests, transport } = connectUploads(this.server);
      this.reach = await reach(requests);
      if (this.reach.state === 'open') {
        this.begin(this.server, transport);
      }
    }
    this.changes.emit();
  }

  dispose(): void {
    this.session?.dispose();
  }

  private begin(
    { baseUrl }: IServer,
    transport: ReturnType<typeof connectUploads>['transport']
  ): void {
    const questions = new Questions();
    const claims = new PageClaims(baseUrl);
    const transfers = createTransfers({
      transport,
      conflicts: questions,
      hasher: createHasher(),
      resumeStore: new PageMemory(),
      network: new BrowserNetwork(baseUrl),
      claims
    });
    guardLeaving(transfers);
    keepAwake(transfers);
    this.transfers = transfers;
    this.session = new Session({
      model: this.model,
      transfers,
      questions,
      others: new Others({ transport, claims }),
      addressOf: (destination, path) => this.addressOf(destination, path)
    });
    this.session.changed.subscribe(() => this.changes.emit());
  }

  private addressOf(destination: string, path: string): string | null {
    const { reach } = this;
    const found =
      reach?.state === 'open'
        ? reach.destinations.find(({ name }) => name === destination)
        : undefined;
    return found === undefined ? null : addressOf(found, path);
  }
}
