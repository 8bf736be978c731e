import * as React from 'react';
import type { IPlaceInGrid } from './keys';
import { ROW_HEIGHT, Scale, Tracks } from './scale';

interface IScrollingOptions {
  readonly rows: number;
  readonly widths: readonly number[];
  readonly headHeight: number;
  readonly numberWidth: number;
  readonly show: (first: number, last: number) => void;
}

export interface IScrolling {
  readonly ref: React.RefObject<HTMLDivElement>;
  readonly scale: Scale;
  readonly tracks: Tracks;
  /** Where the table is, in pixels of all its rows, and where its box is scrolled to. */
  readonly top: number;
  readonly scrolled: number;
  readonly left: number;
  /** Pixels of columns in sight. */
  readonly width: number;
  readonly onScroll: () => void;
  readonly reveal: (place: IPlaceInGrid) => void;
}

/** Where a grid is scrolled to, by whatever means. */
export function useScrolling(options: IScrollingOptions): IScrolling {
  const { rows, widths, headHeight, numberWidth, show } = options;
  const ref = React.useRef<HTMLDivElement>(null);
  const [size, setSize] = React.useState({ width: 0, height: 0 });
  const [at, setAt] = React.useState({ top: 0, scrolled: 0, left: 0 });
  const scale = React.useMemo(
    () => new Scale(rows, Math.max(0, size.height - headHeight)),
    [rows, size.height, headHeight]
  );
  const key = widths.join();
  const tracks = React.useMemo(() => new Tracks(widths), [key]);
  const width = Math.max(0, size.width - numberWidth);
  const latest = React.useRef({ at, scale });
  latest.current = { at, scale };

  React.useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) {
      return undefined;
    }
    const measure = () =>
      setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const goTo = React.useCallback((top: number) => {
    const element = ref.current;
    const { scale } = latest.current;
    if (element !== null) {
      const within = scale.within(top);
      element.scrollTop = scale.scrolledAt(within);
      setAt({
        top: within,
        scrolled: element.scrollTop,
        left: element.scrollLeft
      });
    }
  }, []);

  React.useEffect(() => {
    const element = ref.current;
    const onWheel = (event: WheelEvent) => {
      const { at, scale } = latest.current;
      if (scale.isScaled && event.deltaY !== 0 && !event.ctrlKey) {
        // The browser would go so many pixels of the box, which may be thousands of rows.
        event.preventDefault();
        goTo(at.top + event.deltaY * unitOf(event, scale.height));
      }
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [goTo]);

  React.useLayoutEffect(() => {
    // With fewer rows than before, what is in sight is elsewhere.
    const { at } = latest.current;
    if (at.top > scale.end && scale.height > 0) {
      goTo(scale.end);
    }
  }, [scale, goTo]);

  const onScroll = () => {
    const element = ref.current;
    if (element !== null) {
      const { scrollTop, scrollLeft } = element;
      setAt(before => ({
        top:
          scrollTop === before.scrolled ? before.top : scale.topAt(scrollTop),
        scrolled: scrollTop,
        left: scrollLeft
      }));
    }
  };

  const first = Math.floor(at.top / ROW_HEIGHT);
  const last = Math.min(
    Math.max(0, rows - 1),
    Math.ceil((at.top + scale.height) / ROW_HEIGHT)
  );
  React.useEffect(() => show(first, last), [show, first, last]);

  const reveal = ({ row, column }: IPlaceInGrid) => {
    if (row >= 0 && scale.height > 0) {
      const top = scale.revealing(row, at.top);
      if (top !== at.top) {
        goTo(top);
      }
    }
    if (ref.current !== null && width > 0) {
      ref.current.scrollLeft = tracks.revealing(column, at.left, width);
    }
  };
  return { ref, scale, tracks, ...at, width, onScroll, reveal };
}

/** Pixels of a wheel's unit. */
function unitOf({ deltaMode }: WheelEvent, page: number): number {
  return deltaMode === WheelEvent.DOM_DELTA_LINE
    ? ROW_HEIGHT
    : deltaMode === WheelEvent.DOM_DELTA_PAGE
      ? page
      : 1;
}
