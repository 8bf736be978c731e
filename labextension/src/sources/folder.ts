/** Folders on the person's computer, in whichever way the browser gives them. */

import type { ISource } from '../engine/ports';

export interface IFile {
  readonly kind: 'file';
  /** Exactly as it is there. */
  readonly name: string;
  /** Its size in bytes, and when it was changed: milliseconds since 1970. */
  look(): Promise<Pick<ISource, 'size' | 'lastModified'>>;
  open(): Promise<ISource>;
}

export interface IFolder {
  readonly kind: 'folder';
  /** Exactly as it is there. */
  readonly name: string;
  /** How many of its files are looked at at once: thousands of promises stall a browser. */
  readonly filesAtOnce: number;
  /** What is right in it, some at a time. Each call begins anew. */
  list(): AsyncIterable<readonly IEntry[]>;
}

export type IEntry = IFile | IFolder;

/**
 * Why something of a folder is not among what was found.
 *
 * - `gone`: moved, renamed or deleted in the meantime.
 * - `denied`: the person or the browser may not read it.
 * - `unreadable`: the disk or the browser says something else.
 * - `short`: each listing of a folder had other entries, so that some may be missing.
 * - `deep`, `many`: a folder lies deeper, or a tree has more entries, than is looked at.
 */
export type Obstacle =
  'gone' | 'denied' | 'unreadable' | 'short' | 'deep' | 'many';

/** Says it in the person's language. `detail` is the browser's own word, where it has one. */
export type Explain = (obstacle: Obstacle, detail: string) => string;

/** What a browser means by an error. */
export function obstacleOf(error: unknown): Obstacle {
  switch (error instanceof Error ? error.name : '') {
    case 'NotFoundError':
      return 'gone';
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    default:
      return 'unreadable';
  }
}
