import type { IKind, IThing } from './model';
import { parameterOf, takes } from './model';

/** The kinds that fit each of `things`; none where there are none. */
export function fitting(
  kinds: readonly IKind[],
  things: readonly IThing[]
): readonly IKind[] {
  return things.length === 0
    ? []
    : kinds.filter(
        kind =>
          kind.offered &&
          things.every(thing => fits(kind, thing)) &&
          // Two things can't both get the name that a person says.
          (things.length === 1 || parameterOf(kind, 'name') === null)
      );
}

function fits(kind: IKind, { path, isFolder }: IThing): boolean {
  const { endings } = kind;
  const name = path.toLowerCase();
  return (
    takes(kind, isFolder) &&
    (endings.length === 0 ||
      endings.some(ending => name.endsWith(ending.toLowerCase())))
  );
}
