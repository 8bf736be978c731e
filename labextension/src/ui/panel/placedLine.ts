import type * as React from 'react';

/** Where a line of the list stands. */
export interface IPlace {
  readonly index: number;
  /** Lines in all. */
  readonly count: number;
  /** Pixels from the top of the list. */
  readonly start: number;
  /** Measures a line, whose height depends on its text. */
  readonly measure: (element: HTMLElement | null) => void;
}

/** What makes an element the line at its place; says also how many there are, of which most are not drawn. */
export function placed({
  index,
  count,
  start
}: IPlace): React.HTMLAttributes<HTMLLIElement> & { 'data-index': number } {
  return {
    'data-index': index,
    'aria-posinset': index + 1,
    'aria-setsize': count,
    style: { transform: `translateY(${start}px)` }
  };
}
