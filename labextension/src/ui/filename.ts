/**
 * File names that are too long for their place.
 */

/** What tells two long names apart is mostly at their end: a number, a date, the ending. */
const TAIL_LENGTH = 12;

/**
 * Cut a name in two, so that a style sheet can shorten it in the middle: the first part shrinks
 * behind an ellipsis, the last part stays.
 *
 * Cuts between whole characters as a person sees them, and never leaves a space at either side of
 * the cut, where a browser would drop it.
 */
export function splitName(name: string): readonly [head: string, tail: string] {
  const characters = [...new Intl.Segmenter().segment(name)].map(
    ({ segment }) => segment
  );
  let cut = characters.length - TAIL_LENGTH;
  while (cut > 0 && `${characters[cut - 1]}${characters[cut]}`.includes(' ')) {
    cut -= 1;
  }
  return cut > 0
    ? [characters.slice(0, cut).join(''), characters.slice(cut).join('')]
    : [name, ''];
}
