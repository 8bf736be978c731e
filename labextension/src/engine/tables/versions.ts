/** Versions of tables in databases of doltlite, as the page shows them. */

import type { IListenable } from '../emitter';
import type { ITableProblem } from './model';

export type DiffKind = 'added' | 'removed' | 'modified';

export interface IDiffRow {
  readonly kind: DiffKind;
  readonly before: readonly (string | null)[] | null;
  readonly after: readonly (string | null)[] | null;
}

export interface IDiffColumn {
  readonly name: string;
  readonly type: string;
  readonly key: boolean;
  readonly change: 'added' | 'removed' | 'changed' | null;
  /** The type that it had. */
  readonly before: string | null;
}

/** Which two versions of a table are compared. */
export interface IComparison {
  /** Path of the database in the home folder. */
  readonly database: string;
  readonly table: string;
  /** The hash of a commit, a branch, or `HEAD`. */
  readonly from: string;
  readonly to: string;
}

export interface IDiffState {
  /** Null before the first answer. */
  readonly summary: {
    readonly counts: Readonly<Record<DiffKind | 'unmodified', number>>;
    readonly columns: readonly IDiffColumn[];
  } | null;
  /** Those that are shown. */
  readonly kinds: readonly DiffKind[];
  /** How many rows there are of these. */
  readonly count: number;
  readonly problem: ITableProblem | null;
}

/** What is different between two versions of a table, for one view. */
export interface IDiff {
  readonly comparison: IComparison;
  readonly state: IDiffState;
  readonly changed: IListenable<void>;
  /** Null while it is not there yet. */
  row(index: number): IDiffRow | null;
  show(first: number, last: number): void;
  filter(kinds: readonly DiffKind[]): void;
  again(): void;
  dispose(): void;
}

export interface IDoltCommit {
  readonly hash: string;
  readonly author: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
  readonly message: string;
}

/** An import that is neither committed nor discarded. */
export interface IPendingImport {
  /** Its name, and that of its branch. */
  readonly import: string;
  readonly table: string;
  readonly mode: 'create' | 'append' | 'update';
  readonly rows: number;
  /** The commit that it begins at. */
  readonly from: string;
  /** ISO 8601. */
  readonly started: string;
}

/** A database of doltlite, and what was done to it. */
export interface IHistory {
  readonly branch: string;
  readonly branches: readonly (Omit<IDoltCommit, 'email'> & {
    readonly name: string;
  })[];
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly columns: readonly {
      readonly name: string;
      readonly type: string;
      readonly key: boolean;
    }[];
  }[];
  /** The newest first. */
  readonly commits: readonly IDoltCommit[];
  readonly pending: IPendingImport | null;
}
