import * as React from 'react';
import { cellId } from './grid';
import type { Tracks } from './scale';
import type { ICell, IGridColumn, IRowNote } from './types';

/** Pixels of the narrowest column. */
const NARROWEST = 56;

interface IHeadsProps {
  readonly id: string;
  readonly columns: readonly IGridColumn[];
  readonly inSight: readonly number[];
  readonly tracks: Tracks;
  readonly height: number;
  readonly numberWidth: number;
  readonly active: number | null;
  readonly isButton: boolean;
  readonly onClick: (column: number) => void;
  readonly onWidth: (column: number, width: number) => void;
}

/** The heads of the columns; they stay while the rows scroll. */
export function Heads(props: IHeadsProps): React.ReactElement {
  const { id, columns, inSight, tracks, height, numberWidth, active } = props;
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="jp-BigUpload-gridHeads"
      style={{ height }}
    >
      <div
        role="columnheader"
        aria-colindex={1}
        className="jp-BigUpload-gridNumber"
        style={{ width: numberWidth }}
      >
        #
      </div>
      {inSight.map(index => {
        const column = columns[index];
        return (
          column && (
            <div
              key={column.key}
              id={cellId(id, -1, index)}
              role="columnheader"
              aria-colindex={index + 2}
              aria-label={column.label}
              className="jp-BigUpload-gridHead"
              data-tone={column.tone}
              data-active={active === index || undefined}
              data-button={props.isButton || undefined}
              style={{
                left: numberWidth + (tracks.starts[index] ?? 0),
                width: tracks.widths[index]
              }}
              onClick={() => props.onClick(index)}
            >
              {column.head}
              <Border
                width={tracks.widths[index] ?? 0}
                onWidth={width => props.onWidth(index, width)}
              />
            </div>
          )
        );
      })}
    </div>
  );
}

/** Makes a column wider or narrower; by the keyboard it is Shift and an arrow. */
function Border({
  width,
  onWidth
}: {
  readonly width: number;
  readonly onWidth: (width: number) => void;
}): React.ReactElement {
  const from = React.useRef<{ readonly x: number; readonly width: number }>();
  return (
    <div
      className="jp-BigUpload-gridBorder"
      onClick={event => event.stopPropagation()}
      onPointerDown={event => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={event => {
        if (from.current !== undefined) {
          const { x, width } = from.current;
          onWidth(Math.max(NARROWEST, width + event.clientX - x));
        }
      }}
      onPointerUp={() => {
        from.current = undefined;
      }}
      onPointerCancel={() => {
        from.current = undefined;
      }}
    />
  );
}

interface ICellProps {
  readonly id: string;
  readonly cell: ICell;
  readonly column: number;
  readonly align: 'left' | 'right';
  readonly left: number;
  readonly width: number;
  readonly isActive: boolean;
  readonly onClick: () => void;
}

export function Cell(props: ICellProps): React.ReactElement {
  const { cell, left, width, align } = props;
  const { text, before, tone, sign, title, label } = cell;
  return (
    <div
      id={props.id}
      role="gridcell"
      aria-colindex={props.column + 2}
      aria-label={label}
      aria-selected={props.isActive}
      aria-busy={text === undefined || undefined}
      className="jp-BigUpload-gridCell"
      data-tone={tone}
      data-align={align}
      title={title ?? (text === null ? undefined : text)}
      style={{ left, width }}
      onClick={props.onClick}
    >
      {sign !== undefined && (
        <span className="jp-BigUpload-gridSign">{sign}</span>
      )}
      {before !== undefined && (
        <>
          <del>{shown(before)}</del>
          <span className="jp-BigUpload-gridArrow">→</span>
        </>
      )}
      {text === undefined ? (
        <span className="jp-BigUpload-gridMissing" />
      ) : before !== undefined ? (
        <ins>{shown(text)}</ins>
      ) : (
        shown(text)
      )}
    </div>
  );
}

/** A row without values: one cell for all of its columns, which stays in sight. */
export function Note(props: {
  readonly id: string;
  readonly note: IRowNote;
  readonly columns: number;
  readonly left: number;
  readonly width: number;
  readonly isActive: boolean;
  readonly onClick: () => void;
}): React.ReactElement {
  const { note, left, width } = props;
  return (
    <div
      id={props.id}
      role="gridcell"
      aria-colindex={2}
      aria-colspan={props.columns}
      aria-label={note.label}
      aria-selected={props.isActive}
      className="jp-BigUpload-gridCell jp-BigUpload-gridNote"
      data-tone="rejected"
      title={note.title}
      style={{ left, width }}
      onClick={props.onClick}
    >
      <span className="jp-BigUpload-gridSign">⚠</span>
      {shown(note.text)}
    </div>
  );
}

/** A cell has no room for more characters. */
const LONGEST = 300;

function shown(text: string | null): React.ReactNode {
  return text === null ? (
    <span className="jp-BigUpload-gridNull">null</span>
  ) : text.length > LONGEST ? (
    `${text.slice(0, LONGEST)}…`
  ) : (
    text
  );
}
