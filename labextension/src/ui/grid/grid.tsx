import * as React from 'react';
import { Cell, Heads, Note } from './cells';
import type { IPlaceInGrid } from './keys';
import { placeAfter } from './keys';
import { ROW_HEIGHT } from './scale';
import type { ICell, IGridColumn, IRowNote } from './types';
import { useScrolling } from './useScrolling';

export interface IGridProps {
  readonly label: string;
  readonly columns: readonly IGridColumn[];
  readonly rows: { readonly count: number; readonly exact: boolean };
  /** Pixels of the heads. */
  readonly headHeight: number;
  readonly cell: (row: number, column: number) => ICell;
  /** Of a row that has no values; null for all others. */
  readonly note?: (row: number) => IRowNote | null;
  /** What stands before a row: its number, or a sign. */
  readonly rowHead: (row: number) => {
    readonly text: string;
    readonly label: string;
    readonly tone?: string;
  };
  /** Rows `first` to `last` are in sight. */
  readonly show: (first: number, last: number) => void;
  /** A person wants to do something about a column; null where nothing can be done. */
  readonly onHead: ((column: number) => void) | null;
  readonly onActive?: (place: IPlaceInGrid | null) => void;
  /** A person drags the border of a column, in pixels. */
  readonly onWidth: (column: number, width: number) => void;
}

/** Rows and columns of which only those in sight are drawn. The grid has the focus, and tells which cell is meant. */
export function Grid(props: IGridProps): React.ReactElement {
  const { label, columns, rows, headHeight, cell, rowHead, onHead } = props;
  const id = React.useId();
  const numberWidth = Math.max(48, 24 + 8 * `${rows.count}`.length);
  const [active, setActive] = React.useState<IPlaceInGrid | null>(null);
  const scrolling = useScrolling({
    rows: rows.count,
    widths: columns.map(({ width }) => width),
    headHeight,
    numberWidth,
    show: props.show
  });
  const { scale, tracks, top, left, scrolled } = scrolling;
  const [firstRow, lastRow] = scale.drawn(top);
  const [firstColumn, lastColumn] = tracks.drawn(left, scrolling.width);
  const inSight = indices(firstColumn, lastColumn);

  const activate = (place: IPlaceInGrid) => {
    setActive(place);
    props.onActive?.(place);
    scrolling.reveal(place);
  };
  // After a change of the columns, or of the rows, the place may be gone.
  const at =
    active !== null && active.row < rows.count && active.column < columns.length
      ? active
      : null;
  const isDrawn =
    at !== null &&
    at.column >= firstColumn &&
    at.column <= lastColumn &&
    (at.row === -1 || (at.row >= firstRow && at.row <= lastRow));

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.altKey) {
      return;
    }
    if (at?.row === -1 && event.key === 'Enter') {
      event.preventDefault();
      onHead?.(at.column);
      return;
    }
    if (
      at?.row === -1 &&
      event.shiftKey &&
      /^Arrow(Left|Right)$/.test(event.key)
    ) {
      event.preventDefault();
      const step = event.key === 'ArrowLeft' ? -16 : 16;
      props.onWidth(at.column, (tracks.widths[at.column] ?? 0) + step);
      return;
    }
    if (at !== null && (event.ctrlKey || event.metaKey) && event.key === 'c') {
      void copy(
        at.row < 0 ? columns[at.column]?.name : cell(at.row, at.column).text
      );
      return;
    }
    const to = placeAfter(event, at ?? { row: 0, column: 0 }, {
      rows: rows.count,
      columns: columns.length,
      page: Math.max(1, Math.floor(scale.height / ROW_HEIGHT) - 1)
    });
    if (to !== null) {
      event.preventDefault();
      activate(
        at === null ? { row: Math.min(0, rows.count - 1), column: 0 } : to
      );
    }
  };

  return (
    <div
      ref={scrolling.ref}
      className="jp-BigUpload-grid"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-readonly
      aria-rowcount={rows.exact ? rows.count + 1 : -1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={
        isDrawn ? cellId(id, at.row, at.column) : undefined
      }
      onScroll={scrolling.onScroll}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (at === null && columns.length > 0) {
          activate({ row: rows.count > 0 ? 0 : -1, column: 0 });
        }
      }}
    >
      <div
        role="presentation"
        className="jp-BigUpload-gridBox"
        style={{
          height: headHeight + scale.box,
          width: numberWidth + tracks.total
        }}
      >
        <Heads
          id={id}
          columns={columns}
          inSight={inSight}
          tracks={tracks}
          height={headHeight}
          numberWidth={numberWidth}
          active={at?.row === -1 ? at.column : null}
          onClick={column => {
            activate({ row: -1, column });
            onHead?.(column);
          }}
          isButton={onHead !== null}
          onWidth={props.onWidth}
        />
        {indices(firstRow, lastRow).map(row => {
          const head = rowHead(row);
          const note = props.note?.(row) ?? null;
          return (
            <div
              key={row}
              role="row"
              aria-rowindex={row + 2}
              className="jp-BigUpload-gridRow"
              data-tone={head.tone}
              data-odd={row % 2 === 1 || undefined}
              style={{
                transform: `translateY(${headHeight + scrolled + row * ROW_HEIGHT - top}px)`
              }}
            >
              <div
                role="rowheader"
                aria-colindex={1}
                aria-label={head.label}
                className="jp-BigUpload-gridNumber"
                style={{ width: numberWidth }}
              >
                {head.text}
              </div>
              {note !== null ? (
                <Note
                  id={cellId(id, row, at?.row === row ? at.column : 0)}
                  note={note}
                  columns={columns.length}
                  left={numberWidth}
                  width={Math.min(tracks.total, scrolling.width)}
                  isActive={at?.row === row}
                  onClick={() => activate({ row, column: 0 })}
                />
              ) : (
                inSight.map(column => (
                  <Cell
                    key={column}
                    id={cellId(id, row, column)}
                    cell={cell(row, column)}
                    column={column}
                    align={columns[column]?.align ?? 'left'}
                    left={numberWidth + (tracks.starts[column] ?? 0)}
                    width={tracks.widths[column] ?? 0}
                    isActive={at?.row === row && at.column === column}
                    onClick={() => activate({ row, column })}
                  />
                ))
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

export function cellId(grid: string, row: number, column: number): string {
  return `${grid}-${row}-${column}`;
}

function indices(first: number, last: number): readonly number[] {
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => first + index
  );
}

async function copy(text: string | null | undefined): Promise<void> {
  // A person who has selected something in the page wants that.
  if (window.getSelection()?.isCollapsed !== false) {
    await navigator.clipboard?.writeText(text ?? '');
  }
}
