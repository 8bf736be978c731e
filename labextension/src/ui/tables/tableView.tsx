import * as React from 'react';
import type { IProfile, ITable } from '../../engine/tables/model';
import type { IPlaceInGrid } from '../grid/keys';
import { useChanges } from '../hooks/useChanges';
import type { ILanguage } from '../text/language';
import { noRowInWords, rejectInWords } from '../text/tableText';
import { Banners, Problem } from './banners';
import type { IFilePlace, ITableServices } from './services';
import type { SideTab } from './side/side';
import { Side } from './side/side';
import { TableGrid } from './grid/tableGrid';
import { Toolbar } from './toolbar';
import { useActions } from './useActions';
import { useCheck } from './side/useCheck';

export interface ITableViewProps {
  readonly table: ITable;
  readonly name: string;
  /** Null while the file is still coming. */
  readonly place: IFilePlace | null;
  readonly services: ITableServices;
}

/** A file as a table: looked at, mended, checked, and where it can go from here. */
export function TableView(props: ITableViewProps): React.ReactElement {
  const { table, name, place, services } = props;
  const { language, operations } = services;
  const { trans } = language;
  useChanges(table.changed);
  const { state } = table;
  const [side, show] = React.useState<SideTab | null>(null);
  const [column, setColumn] = React.useState<string | null>(null);
  const [active, setActive] = React.useState<IPlaceInGrid | null>(null);
  const check = useCheck(operations, place, state.recipe);
  const root = React.useRef<HTMLDivElement>(null);
  const whole = React.useMemo(
    () =>
      check.profile &&
      new Map<string, IProfile>(
        check.profile.columns.map(one => [one.name, one])
      ),
    [check.profile]
  );
  const profileOf = (name: string) =>
    whole?.get(name) ??
    state.table?.columns.find(one => one.name === name)?.profile ??
    null;
  const actions = useActions(
    props,
    profileOf,
    () => (root.current?.offsetParent ?? null) !== null
  );
  const choose = (source: string) => {
    setColumn(source);
    show('column');
  };
  const showSide = (tab: SideTab | null) => {
    show(tab);
    if (tab === null) {
      root.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
    }
  };
  const shown = state.table && {
    ...state.table,
    rows:
      check.profile === null || state.table.rows.exact
        ? state.table.rows
        : {
            count: check.profile.rows + check.profile.rejects.structural,
            exact: true
          }
  };

  return (
    <div ref={root} className="jp-BigUpload-tableView">
      {(shown !== null || state.isAsking) && (
        <Toolbar
          table={table}
          state={{ ...state, table: shown }}
          side={side}
          show={showSide}
          actions={actions}
          language={language}
        />
      )}
      <Banners table={table} state={state} language={language} />
      {shown === null ? (
        <div className="jp-BigUpload-tableEmpty">
          {state.problem !== null && (
            <Problem
              problem={state.problem}
              table={table}
              language={language}
            />
          )}
        </div>
      ) : (
        <div className="jp-BigUpload-tableBody">
          <div className="jp-BigUpload-tableMain" aria-busy={state.isAsking}>
            {shown.arrived === 0 && !shown.complete ? (
              <div className="jp-BigUpload-tableEmpty">
                <p>{trans.__('Waiting for the first rows…')}</p>
              </div>
            ) : shown.columns.length === 0 ? (
              <div className="jp-BigUpload-tableEmpty">
                <p>
                  {trans.__('No column is left. Put one back under “Change”.')}
                </p>
              </div>
            ) : (
              <TableGrid
                label={trans.__('Rows of %1', name)}
                table={table}
                shown={shown}
                whole={whole}
                chosen={side === 'column' ? column : null}
                choose={choose}
                onActive={setActive}
                language={language}
              />
            )}
            {shown.rows.count === 0 && shown.rows.exact && (
              <p className="jp-BigUpload-tableNote">
                {trans.__('There are no rows.')}
              </p>
            )}
            <Footer table={table} active={active} language={language} />
          </div>
          {side !== null && (
            <Side
              table={table}
              state={state}
              check={check}
              tab={side}
              show={showSide}
              column={column}
              choose={choose}
              rejects={name => profileOf(name)?.rejects ?? 0}
              language={language}
            />
          )}
        </div>
      )}
    </div>
  );
}

/** The whole of the value that is meant: the grid has no room for long ones. */
function Footer({
  table,
  active,
  language
}: {
  readonly table: ITable;
  readonly active: IPlaceInGrid | null;
  readonly language: ILanguage;
}): React.ReactElement {
  const { trans, format } = language;
  const column = active && table.state.table?.columns[active.column];
  const row = active && active.row >= 0 ? table.row(active.row) : null;
  if (active === null || !column || row === null) {
    return <div className="jp-BigUpload-tableFooter" />;
  }
  if (row.structural !== null) {
    return (
      <div className="jp-BigUpload-tableFooter">
        <span>{trans.__('Row %1', format.count(active.row + 1))}</span>
        <span className="jp-BigUpload-warning">
          ⚠ {noRowInWords(row.structural, language)}
        </span>
        <code>{row.structural.text}</code>
      </div>
    );
  }
  const reject = row.rejects.get(active.column);
  const value = row.values[active.column] ?? null;
  return (
    <div className="jp-BigUpload-tableFooter">
      <span>
        {trans.__('%1, row %2', column.name, format.count(active.row + 1))}
      </span>
      {reject !== undefined ? (
        <span className="jp-BigUpload-warning">
          ⚠ {rejectInWords(reject, language)}
        </span>
      ) : value === null ? (
        <span className="jp-BigUpload-gridNull">null</span>
      ) : (
        <code>{value}</code>
      )}
    </div>
  );
}
