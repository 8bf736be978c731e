/** Tables as the page shows them, and what a person can change of how a file is read. */

import type { IListenable } from '../emitter';
import type { IComparison, IDiff, IHistory } from './versions';

/** Where a table is: a file, or an upload that is still coming. */
export type TableSource =
  | { readonly destination: string; readonly path: string }
  | { readonly upload: string };

/** How the text of a file is taken apart. */
export interface IDialect {
  readonly delimiter: string;
  /** '' for none; so is `escape`. */
  readonly quote: string;
  readonly escape: string;
  /** Whether the first line has the names of the columns. */
  readonly header: boolean;
  /** Lines before that. */
  readonly skip: number;
  readonly encoding: string;
  readonly compression: string;
  readonly decimal: string;
  /** What groups the digits of numbers; '' for nothing. */
  readonly thousands: string;
  /** Words that stand for nothing. */
  readonly nulls: readonly string[];
  /** With what a line begins that is none of the table; '' for nothing. */
  readonly comment: string;
}

/** What becomes of a row with a value that does not fit. */
export type Rejection = 'aside' | 'null';

/** What becomes of a column of the file. */
export interface IColumn {
  /** Its name in the file. */
  readonly source: string;
  readonly name: string;
  /** `int64`, `decimal(18,3)`, …; `as_is` in formats that have types of their own. */
  readonly type: string;
  /** Of dates and times: `%d.%m.%Y`; null for the standard one. */
  readonly format: string | null;
  /** Whether it is in the table at all. */
  readonly keep: boolean;
  readonly rejects: Rejection;
}

/** How a file is read as a table. */
export interface IRecipe {
  readonly version: 1;
  readonly format: 'csv' | 'json_lines' | 'parquet' | 'arrow' | 'excel';
  /** Of text alone. */
  readonly dialect?: IDialect;
  /** Of Excel alone. */
  readonly sheet?: string | null;
  /** All of the file's, in its order. */
  readonly columns: readonly IColumn[];
}

/** A recipe that is kept. */
export interface IKeptRecipe {
  readonly id: string;
  readonly name: string;
  /** ISO 8601; absent where a recipe is only suggested. */
  readonly saved?: string;
  readonly recipe: IRecipe;
}

/** A range of values and how many are in it, or one value and how often it is there. */
export type Bar =
  | { readonly from: string; readonly to: string; readonly count: number }
  | { readonly value: string; readonly count: number };

/** What is known of the values of a column. */
export interface IProfile {
  /** Those that were looked at. */
  readonly rows: number;
  readonly nulls: number;
  readonly distinct: number | null;
  readonly min: string | null;
  readonly max: string | null;
  readonly histogram: readonly Bar[] | null;
  readonly rejects: number;
}

/** A column of the table as it was found. */
export interface ITableColumn {
  readonly source: string;
  readonly name: string;
  readonly type: string;
  /** What DuckDB calls its type. */
  readonly native: string;
  /** The narrower type that it nearly has, and the first rows against it. */
  readonly why: {
    readonly narrower: string;
    readonly rows: readonly { readonly line: number; readonly text: string }[];
  } | null;
  readonly profile: IProfile | null;
}

/** A value of the file that does not fit the type of its column. */
export interface IReject {
  readonly text: string;
  readonly reason: string;
  readonly message: string;
}

/** A line of the file that is no row of the table. */
export interface IStructural {
  readonly line: number;
  readonly byte: number;
  readonly reason: string;
  readonly message: string;
  readonly text: string;
}

export interface ITableRow {
  /** As text; null where there is none. */
  readonly values: readonly (string | null)[];
  /** By the index of the column. */
  readonly rejects: ReadonlyMap<number, IReject>;
  /** What is wrong with a line of the file that is no row, and has no values; null for all others. */
  readonly structural: IStructural | null;
}

/** Why a request failed. */
export interface ITableProblem {
  readonly reason: string;
  readonly message: string;
  /** What whoever runs the server has to type to have what is missing; null where that is nothing. */
  readonly install: string | null;
}

/** What is known of a table, at one moment; immutable. */
export interface ITableState {
  /** Null before the first answer. What is shown stays until there is a newer one. */
  readonly table: {
    /** Those that are kept, in the order of the values. */
    readonly columns: readonly ITableColumn[];
    readonly rows: { readonly count: number; readonly exact: boolean };
    /** Bytes. */
    readonly size: number;
    readonly arrived: number;
    readonly complete: boolean;
    /** Of a workbook. */
    readonly sheets: readonly string[];
    /** Lines that are no rows, where somebody has looked so far. */
    readonly structural: readonly IStructural[];
  } | null;
  /** As the person wants it: it may be newer than `table`. */
  readonly recipe: IRecipe | null;
  /** A kept recipe for files that look like this one, until it was used or declined. */
  readonly suggested: IKeptRecipe | null;
  /** Whether an answer to what the person wants is under way. */
  readonly isAsking: boolean;
  /** Of the last request. */
  readonly problem: ITableProblem | null;
  /** Whether anything was changed of what was found. */
  readonly isChanged: boolean;
  readonly canUndo: boolean;
}

/** A file as a table, for one view. */
export interface ITable {
  readonly state: ITableState;
  /** `state`, or a row in sight, is another. */
  readonly changed: IListenable<void>;

  /** Null while it is not there yet. */
  row(index: number): ITableRow | null;
  /** Rows `first` to `last` are in sight: fetch what is missing of them. */
  show(first: number, last: number): void;
  changeDialect(change: Partial<IDialect>): void;
  changeSheet(sheet: string): void;
  /** @param source - the column's name in the file. */
  changeColumn(source: string, change: Partial<Omit<IColumn, 'source'>>): void;
  /** Read it by a recipe that was made for another file. */
  use(recipe: IRecipe): void;
  /** Show no suggestion any more. */
  decline(): void;
  undo(): void;
  /** Back to what was found. */
  reset(): void;
  /** Ask again, after a problem or when the file was changed. */
  again(): void;
  /** The same file is elsewhere now. */
  moved(source: TableSource): void;
  /** Nothing is asked any more. */
  dispose(): void;
}

/** The person's kept recipes. */
export interface IRecipes {
  list(): Promise<readonly IKeptRecipe[]>;
  save(name: string, recipe: IRecipe): Promise<void>;
  remove(id: string): Promise<void>;
}

/** What `profile_table` tells of a whole table. */
export interface IWholeProfile {
  readonly rows: number;
  readonly columns: readonly (IProfile & { readonly name: string })[];
  readonly rejects: {
    /** Values, and lines that are no rows. */
    readonly count: number;
    /** Of these, the lines. */
    readonly structural: number;
    readonly by_column: Readonly<Record<string, number>>;
    readonly first: readonly (IReject & {
      readonly line: number;
      /** Null where the format has no lines of text. */
      readonly byte: number | null;
      /** Null for a line that is no row. */
      readonly column: string | null;
    })[];
  };
}

/** Views of tables and of databases, and what is kept for them. */
export interface ITables {
  readonly recipes: IRecipes;
  table(source: TableSource): ITable;
  diff(comparison: IComparison): IDiff;
  /** @param database - its path in the home folder. Rejects with what the server says. */
  history(database: string): Promise<IHistory>;
}
