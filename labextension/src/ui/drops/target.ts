/** Where files go that are dropped at some point. */

import type { IChoice } from '../../destinations';

/** One answer to that question. */
export interface IDropTarget {
  /** What is framed while files are held over it. */
  readonly node: Element;
  /** Where they would go, or why they can't. */
  readonly text: string;
  /** Null where they can't be dropped. */
  readonly place: IChoice | null;
}

/** Longest name in the text, in what a person sees as characters. */
const LONGEST = 40;

/** A name with its middle left out where it is long. */
export function shortName(name: string): string {
  const letters = [...new Intl.Segmenter().segment(name)].map(
    ({ segment }) => segment
  );
  if (letters.length <= LONGEST) {
    return name;
  }
  const half = (LONGEST - 1) / 2;
  return [
    ...letters.slice(0, Math.ceil(half)),
    '…',
    ...letters.slice(-Math.floor(half))
  ].join('');
}

/** Whether there are files in what is being dragged; of what files, a browser tells only when they are dropped. */
export function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true;
}
