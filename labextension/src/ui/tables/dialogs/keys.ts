/** Which columns may tell the rows of a table apart. */

import type { IProfile, IRecipe } from '../../../engine/tables/model';

/** The share of different values from which they may all be different: of many, nobody has counted them exactly. */
const ENOUGH = 0.95;

const CALLED = /(^|[^a-z])(id|key|code|uuid|guid|nr|no|number)$/i;

/**
 * Columns of which each value may be there once, as far as anybody has looked; those that are called like a key first.
 *
 * @param profileOf - by the name of the column; null where nothing is known.
 */
export function keysIn(
  { columns }: IRecipe,
  profileOf: (name: string) => IProfile | null
): readonly string[] {
  const possible = columns.filter(({ name, type, keep }) => {
    const profile = profileOf(name);
    return (
      keep &&
      // Two that look alike may not be the same number.
      type !== 'float64' &&
      profile !== null &&
      profile.rows > 0 &&
      profile.nulls === 0 &&
      profile.rejects === 0 &&
      (profile.distinct ?? 0) >= ENOUGH * profile.rows
    );
  });
  return possible
    .map(({ name }) => name)
    .sort((one, other) => Number(isCalled(other)) - Number(isCalled(one)));
}

/** Whether a column is called like a key. */
export function isCalled(name: string): boolean {
  return CALLED.test(name.replace(/([a-z])(?=[A-Z])/g, '$1 '));
}
