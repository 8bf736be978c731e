import type { DBSchema, IDBPDatabase } from 'idb';
import { openDB } from 'idb';
import type { ILink, IPick } from '../engine/ports';

const NAME = 'jupyter-bigupload';
const VERSION = 2;

/** A file that an unfinished upload needs. */
export interface IKeptFile {
  /** Base URL: several servers may share one origin, as on a hub. */
  readonly server: string;
  readonly upload: string;
  readonly handle: FileSystemFileHandle;
  /** Milliseconds since 1970. */
  readonly kept: number;
}

/** What was learnt of the way to a server. */
export interface IKeptLink extends ILink {
  readonly server: string;
  /** Milliseconds since 1970. */
  readonly learnt: number;
}

/** Something that was picked, and is not over. */
export interface IKeptPick extends IPick {
  readonly server: string;
  readonly handle: FileSystemFileHandle | FileSystemDirectoryHandle | null;
  /** Milliseconds since 1970. */
  readonly kept: number;
}

interface ISchema extends DBSchema {
  picks: {
    key: [server: string, id: string];
    value: IKeptPick;
    indexes: { kept: number };
  };
  files: {
    key: [server: string, upload: string];
    value: IKeptFile;
    indexes: { kept: number };
  };
  links: { key: string; value: IKeptLink };
}

export type Database = IDBPDatabase<ISchema>;

/**
 * Open the database of this origin; all pages share it.
 *
 * @param onClosed - it can't be used any more, and must be opened again.
 */
export function openDatabase(onClosed: () => void): Promise<Database> {
  return openDB<ISchema>(NAME, VERSION, {
    upgrade: (database, from) => {
      if (from < 1) {
        database
          .createObjectStore('files', { keyPath: ['server', 'upload'] })
          .createIndex('kept', 'kept');
        database.createObjectStore('links', { keyPath: 'server' });
      }
      database
        .createObjectStore('picks', { keyPath: ['server', 'id'] })
        .createIndex('kept', 'kept');
    },
    // A page with a newer version of this extension must not wait for this one to close.
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      onClosed();
    },
    terminated: onClosed
  });
}
