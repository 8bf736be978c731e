import * as React from 'react';
import type { IHistory } from '../../../engine/tables/versions';
import type { ITableServices } from '../services';

export type KnownTable = IHistory['tables'][number];

/** Milliseconds that a person may go on typing. */
const PAUSE = 400;

/** The tables of a database; null where there is none, undefined while nobody knows. */
export function useTables(
  database: string,
  { tables }: ITableServices
): readonly KnownTable[] | null | undefined {
  const [found, setFound] = React.useState<
    readonly KnownTable[] | null | undefined
  >(undefined);
  React.useEffect(() => {
    let wanted = true;
    setFound(undefined);
    const timer = setTimeout(() => {
      tables.history(database).then(
        history => wanted && setFound(history.tables),
        (error: unknown) =>
          wanted && setFound(isMissing(error) ? null : undefined)
      );
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [database, tables]);
  return found;
}

function isMissing(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'reason' in error &&
    error.reason === 'not_found'
  );
}
