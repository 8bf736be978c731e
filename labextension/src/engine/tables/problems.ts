import { describe } from '../errors';
import { TransportError } from '../wire';
import type { ITableProblem } from './model';

/** What a failed request says. */
export function problemOf(error: unknown): ITableProblem {
  const install =
    error instanceof TransportError ? error.details['install'] : null;
  return {
    ...describe(error),
    install: typeof install === 'string' ? install : null
  };
}
