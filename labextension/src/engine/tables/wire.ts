/** Tables as they cross the network: docs/wire.md in types. */

import type {
  IColumn,
  IDialect,
  IKeptRecipe,
  IRecipe,
  IReject,
  IStructural,
  ITableColumn,
  TableSource
} from './model';
import type {
  DiffKind,
  IComparison,
  IDiffColumn,
  IDiffRow,
  IHistory
} from './versions';

/** A recipe of which the server finds the rest. */
export interface IPartialRecipe {
  readonly version: 1;
  readonly format: IRecipe['format'];
  readonly dialect?: Partial<IDialect>;
  readonly sheet?: string | null;
  readonly columns?: readonly IColumn[];
}

export interface IPreviewRequest {
  readonly source: TableSource;
  /** Null: as it is found. */
  readonly recipe: IPartialRecipe | null;
  readonly start: number;
  readonly count: number;
}

export interface IPreview {
  readonly recipe: IRecipe;
  readonly suggested: IKeptRecipe | null;
  readonly size: number;
  readonly arrived: number;
  readonly complete: boolean;
  /** Of a workbook. */
  readonly sheets?: readonly string[];
  readonly rows: { readonly count: number; readonly exact: boolean };
  readonly start: number;
  readonly columns: readonly ITableColumn[];
  readonly values: readonly (readonly (string | null)[])[];
  /** Of each of these, the line of the file. Those that are no rows are between them. */
  readonly lines?: readonly number[];
  readonly rejects: readonly (IReject & {
    readonly row: number;
    readonly column: number;
  })[];
  readonly structural: readonly IStructural[];
}

export interface IDiffRequest extends IComparison {
  readonly kinds?: readonly DiffKind[];
  readonly start: number;
  readonly count: number;
}

export interface IDiffAnswer {
  readonly counts: Readonly<Record<DiffKind | 'unmodified', number>>;
  readonly columns: readonly IDiffColumn[];
  readonly rows: readonly IDiffRow[];
  readonly start: number;
}

/** The way to the server. Every method rejects with `TransportError`, or with an `AbortError` once `signal` fires. */
export interface ITablesServer {
  preview(request: IPreviewRequest, signal: AbortSignal): Promise<IPreview>;
  diff(request: IDiffRequest, signal: AbortSignal): Promise<IDiffAnswer>;
  /** @param database - its path in the home folder. */
  history(database: string): Promise<IHistory>;
  recipes(): Promise<readonly IKeptRecipe[]>;
  saveRecipe(name: string, recipe: IRecipe): Promise<void>;
  removeRecipe(id: string): Promise<void>;
}
