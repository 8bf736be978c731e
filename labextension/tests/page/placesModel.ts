import type {
  ICatalogEntry,
  IChoice,
  ICorsProblem,
  IDestination,
  IDestinations,
  IObject,
  IObjectPage,
  IOpening
} from '../../src/destinations';
import { Emitter } from '../../src/engine/emitter';

/** Home and two buckets, of which one answers only once the test lets it; and what is in them. */
export class PlacesModel implements IDestinations {
  readonly changed = new Emitter<void>();
  hintAbove = 10_000;
  chosen: IChoice = { destination: 'home', prefix: '' };
  /** Names of buckets that can't be written to. */
  readonly broken = new Set<string>();
  /** Full paths and sizes. */
  readonly objectsThere = new Map<string, number>();
  /** Entries on a page of a listing. */
  pageSize = 2;
  /** What the next listing waits for. */
  gate: Promise<void> = Promise.resolve();

  list: readonly IDestination[] = [
    place('home', { kind: 'folder', state: 'ok' }),
    place('lab'),
    place('scratch', { note: 'Objects here are deleted after 7 days.' })
  ];

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  check(name: string): Promise<void> {
    const state = this.broken.has(name) ? 'failed' : 'ok';
    this.list = this.list.map(one =>
      one.name === name ? { ...one, state } : one
    );
    this.changed.emit();
    return Promise.resolve();
  }

  choose(destination: string, prefix: string): void {
    this.chosen = { destination, prefix };
    this.changed.emit();
  }

  corsProblem(): ICorsProblem | null {
    return null;
  }

  testCors(): Promise<void> {
    return Promise.resolve();
  }

  async objects(
    destination: string,
    prefix: string,
    page = '0'
  ): Promise<IObjectPage> {
    const gate = this.gate;
    this.gate = Promise.resolve();
    await gate;
    if (this.broken.has(destination)) {
      throw new Error('Access denied.');
    }
    const start = prefix === '' ? '' : `${prefix}/`;
    const below = [...this.objectsThere.keys()]
      .filter(path => path.startsWith(start))
      .map(path => /^[^/]*\/?/.exec(path.slice(start.length))?.[0] ?? '');
    const names = [...new Set(below)].sort();
    const first = Number(page);
    const entries = names.slice(first, first + this.pageSize);
    const next = first + this.pageSize;
    return {
      prefixes: entries.filter(isFolder).map(name => start + name),
      objects: entries
        .filter(name => !isFolder(name))
        .map(name => this.object(start + name, name)),
      next_page: next < names.length ? String(next) : null
    };
  }

  deleteObject(_destination: string, path: string): Promise<void> {
    return this.objectsThere.delete(path)
      ? Promise.resolve()
      : Promise.reject(new Error('Not there.'));
  }

  code(): Promise<IOpening> {
    return Promise.resolve({ kind: null, snippets: [], note: null });
  }

  addToCatalog(): Promise<ICatalogEntry> {
    return Promise.resolve({ catalog: 'catalog.yaml', entry: 'a' });
  }

  private object(path: string, name: string): IObject {
    return {
      path,
      name,
      size: this.objectsThere.get(path) ?? 0,
      modified: '2026-11-21T10:00:00Z',
      url: `s3://bucket/${path}`
    };
  }
}

function isFolder(name: string): boolean {
  return name.endsWith('/');
}

export function place(
  name: string,
  more: Partial<IDestination> = {}
): IDestination {
  return {
    name,
    title: `The ${name}`,
    kind: 's3',
    url: `s3://${name}/project`,
    direct: false,
    browse: true,
    note: null,
    state: 'unknown',
    reason: null,
    message: null,
    file: null,
    ...more
  };
}
