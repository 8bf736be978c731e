import * as React from 'react';

/** Gives an element the focus when a button in it that has it goes away, so that the keyboard stays where it was. */
export function useKeptFocus<T extends HTMLElement>(): React.HTMLAttributes<T> &
  React.RefAttributes<T> {
  const element = React.useRef<T>(null);
  const within = React.useRef(false);
  React.useLayoutEffect(() => {
    // A browser gives the focus of a node that is removed to the body.
    if (within.current && document.activeElement === document.body) {
      element.current?.focus();
    }
  });
  return {
    ref: element,
    onFocus: () => {
      within.current = true;
    },
    onBlur: () => {
      within.current = false;
    }
  };
}
