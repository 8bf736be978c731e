import type { IDestinations } from '../../destinations';
import type { IOperations } from '../../engine/operations/model';
import type { ITables } from '../../engine/tables/model';
import type { IComparison } from '../../engine/tables/versions';
import type { ILanguage } from '../text/language';

/** A file, or a folder that is read as one. */
export interface IFilePlace {
  readonly destination: string;
  /** From the destination's root. */
  readonly path: string;
}

/** What views of tables and of databases need of the page around them. */
export interface ITableServices {
  readonly tables: ITables;
  readonly operations: IOperations;
  readonly destinations: IDestinations;
  readonly language: ILanguage;
  /** Put code into the notebook that was used last; null where no notebook is open. */
  readonly inserter: () => ((code: string) => void) | null;
  /** Paths of what may be databases, in the folder that is open in the file browser. */
  readonly databases: () => readonly string[];
  readonly openTable: (place: IFilePlace) => void;
  readonly openDiff: (comparison: IComparison, isPending: boolean) => void;
  /** @param path - of a database in the home folder. */
  readonly openHistory: (path: string) => void;
  /** Go to a file in the list of its folder. */
  readonly show: (place: IFilePlace) => void;
}
