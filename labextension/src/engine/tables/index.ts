/** Tables: looked at, mended, compared. What the outside may name is in ./model and ./wire. */

import { Diff } from './diff';
import type { ITables } from './model';
import { Table } from './table';
import type { ITablesServer } from './wire';

/** Tables as views show them. */
export function createTables(server: ITablesServer): ITables {
  return {
    recipes: {
      list: () => server.recipes(),
      save: (name, recipe) => server.saveRecipe(name, recipe),
      remove: id => server.removeRecipe(id)
    },
    table: source => new Table(server, source),
    diff: comparison => new Diff(server, comparison),
    history: database => server.history(database)
  };
}
