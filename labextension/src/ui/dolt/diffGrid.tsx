import * as React from 'react';
import type { DiffKind, IDiff, IDiffState } from '../../engine/tables/versions';
import { Grid } from '../grid/grid';
import type { IGridColumn } from '../grid/types';
import type { ILanguage } from '../text/language';
import { SIGNS } from '../text/doltText';
import { diffCell } from './diffCells';

/** Pixels. */
const HEAD_HEIGHT = 50;
const CHARACTER = 7.2;
const HEAD_CHARACTER = 8.4;
const PADDING = 30;
const NARROWEST = 96;
const WIDEST = 280;

/** Rows by which the first widths are chosen. */
const MEASURED = 40;

const TONES: Readonly<Record<DiffKind, string>> = {
  added: 'added',
  removed: 'removed',
  modified: 'modified'
};

/** The rows that are different, each with what was and what is. */
export function DiffGrid(props: {
  readonly label: string;
  readonly diff: IDiff;
  readonly summary: NonNullable<IDiffState['summary']>;
  readonly language: ILanguage;
}): React.ReactElement {
  const { label, diff, summary, language } = props;
  const { trans, format } = language;
  const [widths, setWidths] = React.useState<ReadonlyMap<number, number>>(
    new Map()
  );
  const hasRows = diff.row(0) !== null;
  const measured = React.useMemo(
    () => summary.columns.map((_, index) => widthOf(diff, summary, index)),
    [diff, summary.columns.length, hasRows]
  );
  const columns = summary.columns.map((column, index): IGridColumn => {
    const { name, type, key, change, before } = column;
    const types =
      change === 'changed' && before !== null ? `${before} → ${type}` : type;
    const sign =
      change === null ? '' : SIGNS[change === 'changed' ? 'modified' : change];
    return {
      key: name,
      name,
      width: widths.get(index) ?? measured[index] ?? NARROWEST,
      align: isNumeric(type) ? 'right' : 'left',
      tone: change ?? undefined,
      label: [
        name,
        types,
        key ? trans.__('key') : '',
        change === 'added' ? trans.__('added') : '',
        change === 'removed' ? trans.__('removed') : ''
      ]
        .filter(Boolean)
        .join(', '),
      head: (
        <>
          <div className="jp-BigUpload-headName" title={name}>
            {[sign, name].filter(Boolean).join(' ')}
          </div>
          <div className="jp-BigUpload-headType">
            <code title={types}>{types.toLowerCase()}</code>
            {key && <span>{trans.__('key')}</span>}
          </div>
        </>
      )
    };
  });
  const show = React.useCallback(
    (first: number, last: number) => diff.show(first, last),
    [diff]
  );
  return (
    <Grid
      label={label}
      columns={columns}
      rows={{ count: diff.state.count, exact: true }}
      headHeight={HEAD_HEIGHT}
      cell={(row, index) => {
        const column = summary.columns[index];
        return column === undefined
          ? { text: undefined }
          : diffCell(diff.row(row), index, column, language);
      }}
      rowHead={index => {
        const kind = diff.row(index)?.kind;
        const number = format.count(index + 1);
        return kind === undefined
          ? { text: '', label: number }
          : {
              text: SIGNS[kind],
              tone: TONES[kind],
              label: rowLabel(kind, number, language)
            };
      }}
      show={show}
      onHead={null}
      onWidth={(index, width) =>
        setWidths(before => new Map(before).set(index, width))
      }
    />
  );
}

function rowLabel(
  kind: DiffKind,
  number: string,
  { trans }: ILanguage
): string {
  switch (kind) {
    case 'added':
      return trans.__('%1, added', number);
    case 'removed':
      return trans.__('%1, removed', number);
    case 'modified':
      return trans.__('%1, changed', number);
  }
}

/** For what was and what is side by side. */
function widthOf(
  diff: IDiff,
  { columns }: NonNullable<IDiffState['summary']>,
  column: number
): number {
  const lengths = Array.from({ length: MEASURED }, (_, index) => {
    const row = diff.row(index);
    const before = row?.before?.[column] ?? '';
    const after = row?.after?.[column] ?? '';
    return row?.kind === 'modified' && before !== after
      ? before.length + after.length + 6
      : Math.max(before.length, after.length);
  });
  const name = (columns[column]?.name.length ?? 0) + 2;
  const longest = Math.max(
    name * HEAD_CHARACTER,
    ...lengths.map(length => length * CHARACTER)
  );
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, longest + PADDING)));
}

function isNumeric(type: string): boolean {
  return /INT|DOUBLE|FLOAT|REAL|DECIMAL|NUMERIC/i.test(type);
}
