import * as React from 'react';

/** Between the popup and its anchor, and between the popup and the edge of the window, in pixels. */
const GAP = 2;
const MARGIN = 8;

/**
 * What makes an element, which is there only while `open`, a popup below its anchor, or above it where there is more room.
 *
 * It is in the browser's top layer: the panel cuts off whatever else leaves it.
 */
export function usePopup<T extends HTMLElement>(
  anchor: React.RefObject<HTMLElement>,
  open: boolean
): React.RefAttributes<T> {
  const popup = React.useRef<T>(null);
  React.useLayoutEffect(() => {
    const element = popup.current;
    if (!open || element === null) {
      return undefined;
    }
    // React 18 does not know the attribute.
    element.setAttribute('popover', 'manual');
    element.showPopover();
    const place = () => {
      const rectangle = anchor.current?.getBoundingClientRect();
      if (rectangle !== undefined) {
        placeBeside(element, rectangle);
      }
    };
    place();
    const end = new AbortController();
    window.addEventListener('resize', place, { signal: end.signal });
    window.addEventListener('scroll', place, {
      signal: end.signal,
      capture: true
    });
    return () => end.abort();
  }, [anchor, open]);
  return { ref: popup };
}

function placeBeside({ style }: HTMLElement, anchor: DOMRect): void {
  const below = window.innerHeight - anchor.bottom - GAP - MARGIN;
  const above = anchor.top - GAP - MARGIN;
  style.left = `${anchor.left}px`;
  style.minWidth = `${anchor.width}px`;
  style.maxHeight = `${Math.max(below, above)}px`;
  if (below >= above) {
    style.top = `${anchor.bottom + GAP}px`;
    style.bottom = 'auto';
  } else {
    style.top = 'auto';
    style.bottom = `${window.innerHeight - anchor.top + GAP}px`;
  }
}
