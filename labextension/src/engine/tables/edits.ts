/** What a person changed of how a file is read, apart from what was found: so that each can be taken back. */

import type { IColumn, IDialect, IRecipe } from './model';
import type { IPartialRecipe } from './wire';

export interface IEdits {
  /** A recipe of another file that is begun with; null: with what is found. */
  readonly base: IRecipe | null;
  readonly dialect: Partial<IDialect>;
  /** Null: as found. */
  readonly sheet: string | null;
  /** By the name of the column in the file. */
  readonly columns: Readonly<Record<string, Partial<Omit<IColumn, 'source'>>>>;
}

export const NO_EDITS: IEdits = {
  base: null,
  dialect: {},
  sheet: null,
  columns: {}
};

export function isEmpty(edits: IEdits): boolean {
  return (
    edits.base === null &&
    edits.sheet === null &&
    Object.keys(edits.dialect).length === 0 &&
    Object.keys(edits.columns).length === 0
  );
}

/** Stands for all edits that decide which columns there are, and what they look like at first. */
export function groundOf({ base, dialect, sheet }: IEdits): string {
  return JSON.stringify([base, dialect, sheet]);
}

/**
 * What is asked of the server before it is known what it finds on this ground.
 *
 * @param found - the last that was found, on another ground; null before the first answer.
 */
export function groundRequest(
  { base, dialect, sheet }: IEdits,
  found: IRecipe | null
): IPartialRecipe | null {
  const start = base ?? found;
  const changesNothing = Object.keys(dialect).length === 0 && sheet === null;
  if (start === null || (base === null && changesNothing)) {
    return null;
  }
  return {
    version: 1,
    format: start.format,
    ...(start.dialect && { dialect: { ...start.dialect, ...dialect } }),
    ...(start.format === 'excel' && { sheet: sheet ?? start.sheet }),
    // Another delimiter makes other columns, and another decimal mark other types.
    ...(changesNothing && { columns: start.columns })
  };
}

/** What was found, with what the person changed of its columns. */
export function applied(found: IRecipe, { columns }: IEdits): IRecipe {
  return {
    ...found,
    columns: found.columns.map(column => ({
      ...column,
      ...columns[column.source]
    }))
  };
}

/** Whether any column that was changed is there at all. */
export function touches(found: IRecipe, { columns }: IEdits): boolean {
  return found.columns.some(({ source }) => Object.hasOwn(columns, source));
}

/** As the form shows it before the server has answered. */
export function expected(last: IRecipe, edits: IEdits): IRecipe {
  const { dialect, sheet } = edits;
  return applied(
    {
      ...last,
      ...(last.dialect && { dialect: { ...last.dialect, ...dialect } }),
      ...(sheet !== null && { sheet })
    },
    edits
  );
}

/** Change a column; what is as it was found again is no change. */
export function withColumn(
  edits: IEdits,
  source: string,
  change: Partial<Omit<IColumn, 'source'>>,
  found: IRecipe | null
): IEdits {
  const original = found?.columns.find(column => column.source === source);
  const changed = Object.fromEntries(
    Object.entries({ ...edits.columns[source], ...change }).filter(
      ([name, value]) => original?.[name as keyof IColumn] !== value
    )
  );
  const others: Record<string, IEdits['columns'][string]> = {
    ...edits.columns
  };
  delete others[source];
  return {
    ...edits,
    columns:
      Object.keys(changed).length === 0
        ? others
        : { ...others, [source]: changed }
  };
}

/** Change the dialect; what is as it was found again is no change. */
export function withDialect(
  edits: IEdits,
  change: Partial<IDialect>,
  found: IRecipe | null
): IEdits {
  const original = (edits.base ?? found)?.dialect;
  return {
    ...edits,
    dialect: Object.fromEntries(
      Object.entries({ ...edits.dialect, ...change }).filter(
        ([name, value]) =>
          JSON.stringify(original?.[name as keyof IDialect]) !==
          JSON.stringify(value)
      )
    )
  };
}
