/**
 * What outlives the page, in the browser's IndexedDB.
 *
 * Where there is none (some private windows), nothing is remembered, and all else works.
 */

import type {
  ILink,
  IPick,
  IResumeStore,
  ISource,
  ITree
} from '../engine/ports';
import { FileSource } from '../sources/file';
import type { Database, IKeptLink } from './database';
import { openDatabase } from './database';

const DAY = 24 * 60 * 60 * 1000;

/** Far longer than a server keeps what is unfinished, unless its administrator wants otherwise. */
const KEEP_FILES = 30 * DAY;

/** Networks and proxies change: what one of them refused yesterday may pass today. */
const KEEP_LINK = DAY;

/** Milliseconds: browsers are known to leave a request to open a database without any answer. */
const OPEN_TIMEOUT = 5_000;

/** Keeps the handles of files, by server and upload. */
export class ResumeStore implements IResumeStore {
  /**
   * @param server - the base URL of the server.
   * @param openFolder - the tree behind the handle of a folder.
   */
  constructor(
    private readonly server: string,
    private readonly openFolder: (handle: FileSystemDirectoryHandle) => ITree
  ) {}

  async remember(uploadId: string, { handle }: ISource): Promise<void> {
    if (!isFileHandle(handle)) {
      return;
    }
    const { server } = this;
    const kept = Date.now();
    await this.attempt(
      database =>
        database.put('files', { server, upload: uploadId, handle, kept }),
      undefined
    );
  }

  remembered(): Promise<ReadonlySet<string>> {
    return this.attempt(async database => {
      await forgetOld(database, 'files');
      const keys = await database.getAllKeys('files');
      const ids = keys
        .filter(([server]) => server === this.server)
        .map(([, upload]) => upload);
      return new Set(ids);
    }, new Set());
  }

  recall(uploadId: string): Promise<ISource | null> {
    return this.attempt(async database => {
      const file = await database.get('files', [this.server, uploadId]);
      return file !== undefined && (await mayRead(file.handle))
        ? FileSource.open(file.handle)
        : null;
    }, null);
  }

  async forget(uploadId: string): Promise<void> {
    await this.attempt(
      database => database.delete('files', [this.server, uploadId]),
      undefined
    );
  }

  async rememberPick(pick: IPick, handle: unknown): Promise<void> {
    const { server } = this;
    await this.attempt(async database => {
      const transaction = database.transaction('picks', 'readwrite');
      const before = await transaction.store.get([server, pick.id]);
      await transaction.store.put({
        ...pick,
        server,
        handle:
          handle === undefined
            ? (before?.handle ?? null)
            : isHandle(handle)
              ? handle
              : null,
        kept: Date.now()
      });
      await transaction.done;
    }, undefined);
  }

  picks(): ReturnType<IResumeStore['picks']> {
    return this.attempt(async database => {
      await forgetOld(database, 'picks');
      const picks = await database.getAll('picks');
      return picks
        .filter(({ server }) => server === this.server)
        .map(({ handle, ...pick }) => ({
          ...pick,
          remembered: handle !== null
        }));
    }, []);
  }

  recallPick(id: string): Promise<ISource | ITree | null> {
    return this.attempt(async database => {
      const pick = await database.get('picks', [this.server, id]);
      const handle = pick?.handle ?? null;
      if (handle === null || !(await mayRead(handle))) {
        return null;
      }
      return handle.kind === 'directory'
        ? this.openFolder(handle)
        : FileSource.open(handle);
    }, null);
  }

  async forgetPick(id: string): Promise<void> {
    await this.attempt(
      database => database.delete('picks', [this.server, id]),
      undefined
    );
  }

  link(): Promise<ILink> {
    return this.attempt(
      async database => current(await database.get('links', this.server)),
      {}
    );
  }

  async rememberLink(learnt: ILink): Promise<void> {
    const { server } = this;
    await this.attempt(async database => {
      const transaction = database.transaction('links', 'readwrite');
      const known = current(await transaction.store.get(server));
      const link = { ...known, ...learnt, server, learnt: Date.now() };
      await transaction.store.put(link);
      await transaction.done;
    }, undefined);
  }

  /** Do something with the database; `otherwise` is the answer where that is not possible. */
  private async attempt<T>(
    act: (database: Database) => Promise<T>,
    otherwise: T
  ): Promise<T> {
    try {
      this.database ??= inTime(
        openDatabase(() => {
          this.database = null;
        })
      );
      return await act(await this.database);
    } catch {
      // Blocked by the browser, out of space, or the file is gone: all end in asking the person.
      return otherwise;
    }
  }

  private database: Promise<Database> | null = null;
}

/** Rejects when the database has not been opened after a while: the page must not wait for it. */
function inTime(opening: Promise<Database>): Promise<Database> {
  return new Promise((resolve, reject) => {
    setTimeout(
      () => reject(new Error('The database does not open.')),
      OPEN_TIMEOUT
    );
    opening.then(resolve, reject);
  });
}

function isHandle(
  handle: unknown
): handle is FileSystemFileHandle | FileSystemDirectoryHandle {
  return (
    typeof FileSystemHandle === 'function' && handle instanceof FileSystemHandle
  );
}

/** A source may bring a handle of another kind; the interface exists only where files can be opened again. */
function isFileHandle(handle: unknown): handle is FileSystemFileHandle {
  return (
    typeof FileSystemFileHandle === 'function' &&
    handle instanceof FileSystemFileHandle
  );
}

/** Whether the file may be read; asks the person where the browser wants that. */
async function mayRead(handle: FileSystemHandle): Promise<boolean> {
  const mode = { mode: 'read' } as const;
  return (
    (await handle.queryPermission(mode)) === 'granted' ||
    (await handle.requestPermission(mode)) === 'granted'
  );
}

function current(link: IKeptLink | undefined): ILink {
  return link !== undefined && Date.now() - link.learnt < KEEP_LINK ? link : {};
}

async function forgetOld(
  database: Database,
  what: 'files' | 'picks'
): Promise<void> {
  const old = IDBKeyRange.upperBound(Date.now() - KEEP_FILES);
  const transaction = database.transaction(what, 'readwrite');
  for await (const cursor of transaction.store.index('kept').iterate(old)) {
    await cursor.delete();
  }
  await transaction.done;
}
