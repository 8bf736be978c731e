import type { IKind, IThing } from './model';

/** The kinds that fit each of `things`; none where there are none. */
export function fitting(
  kinds: readonly IKind[],
  things: readonly IThing[]
): readonly IKind[] {
  return things.length === 0
    ? []
    : kinds.filter(kind => things.every(thing => fits(kind, thing)));
}

function fits({ takes, endings }: IKind, { path, isFolder }: IThing): boolean {
  const name = path.toLowerCase();
  return (
    (takes === 'any' || takes === (isFolder ? 'folder' : 'file')) &&
    (endings.length === 0 ||
      endings.some(ending => name.endsWith(ending.toLowerCase())))
  );
}
