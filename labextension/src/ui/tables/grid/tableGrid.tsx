import * as React from 'react';
import type {
  IProfile,
  ITable,
  ITableState
} from '../../../engine/tables/model';
import { Grid } from '../../grid/grid';
import type { IPlaceInGrid } from '../../grid/keys';
import type { ICell, IGridColumn } from '../../grid/types';
import type { ILanguage } from '../../text/language';
import { noRowInWords, rejectInWords } from '../../text/tableText';
import {
  ColumnHead,
  HEAD_HEIGHT,
  headInWords,
  SHORT_HEAD_HEIGHT
} from './columnHead';
import { isNumeric, widthOf } from './widths';

/** Rows by which the first widths are chosen. */
const MEASURED = 40;

interface ITableGridProps {
  readonly label: string;
  readonly table: ITable;
  readonly shown: NonNullable<ITableState['table']>;
  /** Of all rows, by the name of the column; null where only the first rows are known. */
  readonly whole: ReadonlyMap<string, IProfile> | null;
  /** The column that is being changed, by its name in the file. */
  readonly chosen: string | null;
  readonly choose: (source: string) => void;
  readonly onActive: (place: IPlaceInGrid | null) => void;
  readonly language: ILanguage;
}

export function TableGrid(props: ITableGridProps): React.ReactElement {
  const { label, table, shown, whole, chosen, choose, language } = props;
  const { trans, format } = language;
  const [widths, setWidths] = React.useState<Readonly<Record<string, number>>>(
    {}
  );
  const measured = useMeasured(table, shown);
  const hasFigures =
    whole !== null || shown.columns.some(({ profile }) => profile !== null);
  const columns = shown.columns.map((column, index): IGridColumn => {
    const head = {
      column,
      profile: whole?.get(column.name) ?? column.profile,
      isExact: whole !== null,
      language
    };
    return {
      key: column.source,
      name: column.name,
      width: widths[column.source] ?? measured[index] ?? 0,
      align: isNumeric(column) ? 'right' : 'left',
      head: <ColumnHead {...head} />,
      label: headInWords(head),
      tone: column.source === chosen ? 'chosen' : undefined
    };
  });
  const show = React.useCallback(
    (first: number, last: number) => table.show(first, last),
    [table]
  );
  const cell = (row: number, column: number): ICell => {
    const known = table.row(row);
    const text = known === null ? undefined : known.values[column];
    const reject = known?.rejects.get(column);
    if (reject === undefined) {
      return { text };
    }
    const why = rejectInWords(reject, language);
    return {
      text: reject.text,
      tone: 'rejected',
      sign: '⚠',
      title: why,
      label: why
    };
  };
  return (
    <Grid
      label={label}
      columns={columns}
      rows={shown.rows}
      headHeight={hasFigures ? HEAD_HEIGHT : SHORT_HEAD_HEIGHT}
      cell={cell}
      note={row => {
        const structural = table.row(row)?.structural ?? null;
        if (structural === null) {
          return null;
        }
        const why = noRowInWords(structural, language);
        return { text: structural.text, title: why, label: why };
      }}
      rowHead={row => ({
        text: format.count(row + 1),
        label: trans.__('Row %1', format.count(row + 1))
      })}
      show={show}
      onHead={index => {
        const column = shown.columns[index];
        if (column !== undefined) {
          choose(column.source);
        }
      }}
      onActive={props.onActive}
      onWidth={(index, width) => {
        const column = shown.columns[index];
        if (column !== undefined) {
          setWidths(before => ({ ...before, [column.source]: width }));
        }
      }}
    />
  );
}

/** Widths by the first rows, the same until there are other columns. */
function useMeasured(
  table: ITable,
  { columns }: NonNullable<ITableState['table']>
): readonly number[] {
  const key = columns.map(({ name, type }) => `${name}:${type}`).join();
  const hasRows = table.row(0) !== null;
  return React.useMemo(() => {
    const rows = Array.from({ length: MEASURED }, (_, index) =>
      table.row(index)
    ).filter(row => row !== null);
    return columns.map((column, index) => widthOf(column, index, rows));
  }, [table, key, hasRows]);
}
