import type {
  ICatalogEntry,
  IChoice,
  ICorsProblem,
  IDestination,
  IDestinations,
  IObjectPage,
  IOpening
} from '../../destinations';
import { Emitter } from '../../engine/emitter';
import type { IListenable } from '../../engine/emitter';
import { HOME } from '../../engine/ports';
import { CATALOG, CODE, DESTINATIONS, OBJECTS } from '../paths';
import type { IRequests } from '../requests';
import type { StoreAccess } from '../stores/storeAccess';
import { corsRule } from './corsRule';

/** Seconds that the server may take to try a destination: it gives up after 10 itself. */
const CHECK_TIMEOUT = 60;

/** Seconds for what a bucket answers. */
const BUCKET_TIMEOUT = 90;

/** Keeps what was chosen from one visit to the next. */
export interface IChoiceStore {
  load(): IChoice | null;
  save(choice: IChoice): void;
}

interface IListing {
  readonly destinations: readonly IDestination[];
  readonly hint_above: number;
}

/** The destinations of a server, as its page sees them. */
export class Destinations implements IDestinations {
  readonly changed: IListenable<void>;
  private readonly changes = new Emitter<void>();
  private listing: IListing = { destinations: [], hint_above: 0 };
  private choice: IChoice;
  /** Counts the listings that were asked for: an older one must not undo a newer one. */
  private requested = 0;
  private received = 0;

  /** @param origin - of this page. */
  constructor(
    private readonly requests: IRequests,
    private readonly access: StoreAccess,
    private readonly choices: IChoiceStore,
    private readonly origin: string
  ) {
    this.changed = this.changes;
    this.choice = choices.load() ?? { destination: HOME, prefix: '' };
    access.changed.subscribe(() => this.changes.emit());
  }

  get list(): readonly IDestination[] {
    return this.listing.destinations;
  }

  get hintAbove(): number {
    return this.listing.hint_above;
  }

  get chosen(): IChoice {
    return this.find(this.choice.destination) === undefined
      ? { destination: HOME, prefix: '' }
      : this.choice;
  }

  refresh(): Promise<void> {
    return this.fetch(DESTINATIONS);
  }

  check(name: string): Promise<void> {
    const query = new URLSearchParams({ check: name });
    return this.fetch(`${DESTINATIONS}?${query}`);
  }

  choose(destination: string, prefix: string): void {
    this.choice = { destination, prefix };
    this.choices.save(this.choice);
    this.changes.emit();
  }

  corsProblem(name: string): ICorsProblem | null {
    const { origin } = this;
    const destination = this.find(name);
    return destination !== undefined && this.access.isRefused(name)
      ? { origin, rule: corsRule(destination, origin) }
      : null;
  }

  async testCors(name: string): Promise<void> {
    await this.access.test(name);
  }

  objects(
    destination: string,
    prefix: string,
    page = ''
  ): Promise<IObjectPage> {
    const query = new URLSearchParams({
      destination,
      prefix: prefix === '' ? '' : `${prefix}/`,
      page
    });
    return this.requests.json('GET', `${OBJECTS}?${query}`, {
      timeout: BUCKET_TIMEOUT
    });
  }

  deleteObject(destination: string, path: string): Promise<void> {
    const query = new URLSearchParams({ destination, path });
    return this.requests.send('DELETE', `${OBJECTS}?${query}`, {
      timeout: BUCKET_TIMEOUT
    });
  }

  code(destination: string, path: string): Promise<IOpening> {
    const query = new URLSearchParams({ destination, path });
    return this.requests.json('GET', `${CODE}?${query}`, {
      timeout: BUCKET_TIMEOUT
    });
  }

  addToCatalog(
    destination: string,
    path: string,
    { catalog, description }: { catalog: string; description: string }
  ): Promise<ICatalogEntry> {
    const body = { destination, path, catalog, description };
    return this.requests.json('POST', CATALOG, {
      body,
      timeout: BUCKET_TIMEOUT
    });
  }

  private find(name: string): IDestination | undefined {
    return this.list.find(destination => destination.name === name);
  }

  private async fetch(path: string): Promise<void> {
    this.requested += 1;
    const turn = this.requested;
    const listing = await this.requests.json<IListing>('GET', path, {
      timeout: CHECK_TIMEOUT
    });
    if (turn > this.received) {
      this.received = turn;
      this.listing = listing;
      this.changes.emit();
    }
  }
}
