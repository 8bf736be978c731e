import type { ITreeEntry, TreeEntryState } from '../../model';
import type { ITreeListing } from '../../ports';
import { Entry } from './entry';

/** In which order the files of an opened tree are shown: what needs a look first, and what is over last. */
const SHOWN_FIRST: readonly TreeEntryState[] = [
  'failed',
  'conflict',
  'sending',
  'queued',
  'left-out',
  'skipped',
  'new',
  'replaced',
  'renamed',
  'identical'
];

/** What became of a file that is at its place. */
export type Arrival = 'new' | 'replaced' | 'renamed' | 'identical';

const ARRIVED: ReadonlySet<TreeEntryState> = new Set<TreeEntryState>([
  'new',
  'replaced',
  'renamed',
  'identical'
]);

/** All files of a tree, and how many are in which state. */
export class Entries {
  private found: Entry[];
  readonly folders: readonly string[];
  /** Bytes of those that are to be at their place in the end. */
  size = 0;
  /** Bytes of those that are. */
  arrivedBytes = 0;
  /** Files that are at their place. */
  arrived = 0;
  private readonly counts = new Map<TreeEntryState, number>();
  private shown: readonly Entry[] | null = null;

  constructor(listing: ITreeListing) {
    const found = listing.files.map(file => {
      this.size += file.size;
      return new Entry(file.path, file);
    });
    const unread = listing.unread.map(({ path, message }) => {
      const entry = new Entry(path, null);
      entry.state = 'failed';
      entry.error = { reason: 'source_unreadable', message };
      return entry;
    });
    this.found = [...found, ...unread];
    this.folders = listing.folders;
    this.counts.set('queued', found.length);
    this.counts.set('failed', unread.length);
  }

  get all(): readonly Entry[] {
    return this.found;
  }

  /** A folder that the server does not take. */
  addFolder(
    path: string,
    state: 'failed' | 'left-out',
    error: NonNullable<ITreeEntry['error']>
  ): void {
    const entry = new Entry(`${path}/`, null);
    this.found.push(entry);
    this.counts.set('queued', this.count('queued') + 1);
    this.move(entry, state, error);
  }

  /** Those that could not be made are to be made again. */
  forgetFailedFolders(): void {
    const isFailedFolder = ({ path, state }: Entry) =>
      path.endsWith('/') && state === 'failed';
    const failed = this.found.filter(isFailedFolder).length;
    if (failed > 0) {
      this.found = this.found.filter(entry => !isFailedFolder(entry));
      this.counts.set('failed', this.count('failed') - failed);
      this.shown = null;
    }
  }

  count(state: TreeEntryState): number {
    return this.counts.get(state) ?? 0;
  }

  of(state: TreeEntryState): readonly Entry[] {
    return this.count(state) === 0
      ? []
      : this.all.filter(entry => entry.state === state);
  }

  move(
    entry: Entry,
    state: TreeEntryState,
    error: ITreeEntry['error'] = null
  ): void {
    this.add(entry, -1);
    entry.state = state;
    entry.error = error;
    this.add(entry, 1);
    this.shown = null;
  }

  /** Those that need a look first. */
  get inOrder(): readonly ITreeEntry[] {
    this.shown ??= inGroups(this.found);
    return this.shown;
  }

  private add(entry: Entry, one: 1 | -1): void {
    const { state, size } = entry;
    this.counts.set(state, this.count(state) + one);
    if (ARRIVED.has(state)) {
      this.arrived += one;
      this.arrivedBytes += one * size;
    } else if (isLeft(state)) {
      this.size -= one * size;
    }
  }
}

/** Ordered by their states, in one pass; those of one state stay in their order. */
function inGroups(entries: readonly Entry[]): readonly Entry[] {
  const groups = new Map(
    SHOWN_FIRST.map((state): [TreeEntryState, Entry[]] => [state, []])
  );
  for (const entry of entries) {
    groups.get(entry.state)?.push(entry);
  }
  return [...groups.values()].flat();
}

/** Nothing of it will be at its place, unless a person retries. */
function isLeft(state: TreeEntryState): boolean {
  return state === 'failed' || state === 'skipped' || state === 'left-out';
}
