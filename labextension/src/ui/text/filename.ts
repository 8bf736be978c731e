/** What tells two long names apart is mostly at their end: a number, a date, the ending. */
const TAIL_LENGTH = 12;

/**
 * Cut a name in two, so that a style sheet can shorten it in the middle: the first part shrinks
 * behind an ellipsis, the last part stays. Cuts between what a person sees as characters.
 */
export function splitName(name: string): readonly [head: string, tail: string] {
  const starts = [...new Intl.Segmenter().segment(name)].map(
    ({ index }) => index
  );
  const cut = starts.length > TAIL_LENGTH ? starts.at(-TAIL_LENGTH) : undefined;
  return cut === undefined ? [name, ''] : [name.slice(0, cut), name.slice(cut)];
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The name of a file without what says its format. */
export function stemOf(path: string): string {
  const name = baseName(path);
  const stem = name.replace(/\.(gz|zst)$/i, '').replace(/(?<=.)\.[^.]+$/, '');
  return stem === '' ? name : stem;
}
