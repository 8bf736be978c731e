/** Finds all that is in a folder, without holding up the page. */

import type { ISource, ITreeFile, ITreeListing } from '../engine/ports';
import type { Explain, IEntry, IFile, IFolder, Obstacle } from './folder';
import { obstacleOf } from './folder';

/** Most folders that are read at once. */
const FOLDERS_AT_ONCE = 4;

/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

/** Listings of one folder, of which two in a row must agree. */
const MOST_LISTINGS = 5;

export interface ILimits {
  /** Folders in folders. No file system goes as far; only one that leads back into itself does. */
  readonly depth: number;
  /** Files and folders. A page has no memory for more. */
  readonly entries: number;
}

export const LIMITS: ILimits = { depth: 255, entries: 1_000_000 };

export interface IWalkOptions {
  readonly signal: AbortSignal;
  /** Called now and then with the number of files so far, and at the end. */
  readonly onFound: (files: number) => void;
  readonly explain: Explain;
  readonly limits?: ILimits;
}

/** Rejects with an `AbortError` once `signal` fires; what can't be read is told in `unread`. */
export async function walk(
  root: IFolder,
  options: IWalkOptions
): Promise<ITreeListing> {
  const { signal } = options;
  const over = new AbortController();
  // A drive that has gone to sleep, or is no longer there, may leave a reading without an answer.
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(new DOMException('Aborted', 'AbortError'));
    signal.addEventListener('abort', abort, { signal: over.signal });
    if (signal.aborted) {
      abort();
    }
  });
  try {
    return await Promise.race([aborted, new Walk(options).through(root)]);
  } finally {
    over.abort();
  }
}

interface IStop {
  readonly folder: IFolder;
  readonly path: string;
  readonly depth: number;
}

class Walk {
  constructor(private readonly options: IWalkOptions) {
    this.limits = options.limits ?? LIMITS;
  }

  async through(root: IFolder): Promise<ITreeListing> {
    this.ahead.push({ folder: root, path: root.name, depth: 0 });
    const atOnce = Math.min(FOLDERS_AT_ONCE, root.filesAtOnce);
    const reading = new Set<Promise<void>>();
    for (;;) {
      while (reading.size < atOnce) {
        // The last that was found: so a wide tree is not kept in memory as a whole.
        const stop = this.isOver ? undefined : this.ahead.pop();
        if (stop === undefined) {
          break;
        }
        const task = this.read(stop).then(() => {
          reading.delete(task);
        });
        reading.add(task);
      }
      if (reading.size === 0) {
        break;
      }
      await Promise.race(reading);
    }
    if (this.isFull) {
      this.leaveOut(root.name, 'many', String(this.limits.entries));
    }
    this.options.onFound(this.files.length);
    const { files, folders, unread } = this;
    return { files, folders, unread };
  }

  private async read(stop: IStop): Promise<void> {
    const { folder, path, depth } = stop;
    if (depth > this.limits.depth) {
      this.leaveOut(path, 'deep', String(this.limits.depth));
      return;
    }
    if (path !== '') {
      this.folders.push(path);
    }
    try {
      const known = new Set<string>();
      let before = await this.list(stop, known);
      // Some browsers drop entries now and then, and say nothing.
      for (let listings = 1; listings < MOST_LISTINGS; listings += 1) {
        if (this.isOver) {
          return;
        }
        const size = known.size;
        const count = await this.list(stop, known);
        if (count === before && known.size === size) {
          return;
        }
        before = count;
      }
      this.leaveOut(path, 'short', folder.name);
    } catch (error) {
      this.refuse(path, error);
    }
  }

  /**
   * Take what is in a folder and not yet known.
   *
   * @returns how many entries this listing had.
   */
  private async list(
    { folder, path, depth }: IStop,
    known: Set<string>
  ): Promise<number> {
    let count = 0;
    for await (const batch of folder.list()) {
      count += batch.length;
      const fresh = batch.filter(({ name }) => !known.has(name));
      const files: IFile[] = [];
      for (const entry of fresh) {
        known.add(entry.name);
        if (this.count === this.limits.entries) {
          this.isFull = true;
          break;
        }
        this.count += 1;
        if (entry.kind === 'file') {
          files.push(entry);
        } else {
          const below = join(path, entry);
          this.ahead.push({ folder: entry, path: below, depth: depth + 1 });
        }
      }
      await this.look(files, path, folder.filesAtOnce);
      if (this.isOver) {
        break;
      }
    }
    return count;
  }

  private async look(
    files: IFile[],
    folder: string,
    atOnce: number
  ): Promise<void> {
    let next = 0;
    const lookAtSome = async () => {
      for (
        let file = files[next++];
        file !== undefined && !this.options.signal.aborted;
        file = files[next++]
      ) {
        const path = join(folder, file);
        try {
          const { size, lastModified } = await file.look();
          this.files.push(new FoundFile(path, size, lastModified, file));
        } catch (error) {
          this.refuse(path, error);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lookAtSome));
    this.report();
  }

  private report(): void {
    const now = performance.now();
    if (now - this.reported >= REPORT_EVERY && !this.options.signal.aborted) {
      this.reported = now;
      this.options.onFound(this.files.length);
    }
  }

  private refuse(path: string, error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.leaveOut(path, obstacleOf(error), detail);
  }

  private leaveOut(path: string, obstacle: Obstacle, detail: string): void {
    this.unread.push({
      path,
      message: this.options.explain(obstacle, detail)
    });
  }

  /** Nothing more is to be looked at. */
  private get isOver(): boolean {
    return this.isFull || this.options.signal.aborted;
  }

  private readonly limits: ILimits;
  private readonly files: ITreeFile[] = [];
  private readonly folders: string[] = [];
  private readonly unread: { path: string; message: string }[] = [];
  /** Folders that are still to be read. */
  private readonly ahead: IStop[] = [];
  private count = 0;
  /** There is more than the limit allows. */
  private isFull = false;
  private reported = 0;
}

class FoundFile implements ITreeFile {
  constructor(
    readonly path: string,
    readonly size: number,
    readonly lastModified: number,
    private readonly file: IFile
  ) {}

  open(): Promise<ISource> {
    return this.file.open();
  }
}

function join(folder: string, { name }: IEntry): string {
  return folder === '' ? name : `${folder}/${name}`;
}
