import * as React from 'react';
import { isOver } from '../../engine/model';
import type { IHistory } from '../../engine/tables/versions';
import { TextButton } from '../controls/textButton';
import { useLoaded } from '../hooks/useLoaded';
import { showCode } from '../code/dialog';
import { HOME } from '../../engine/ports';
import type { ITableServices } from '../tables/services';
import { pendingInWords, shortHash } from '../text/doltText';
import { Commits } from './commits';
import { discardImport } from './discard';

interface IHistoryViewProps {
  /** Path of the database in the home folder. */
  readonly database: string;
  readonly services: ITableServices;
}

/** A database of doltlite: its tables, branches and commits, and the import that waits. */
export function HistoryView(props: IHistoryViewProps): React.ReactElement {
  const { database, services } = props;
  const { tables, operations, destinations, language } = services;
  const { trans } = language;
  const load = React.useCallback(
    () => tables.history(database),
    [tables, database]
  );
  const { loaded, again } = useLoaded(load);
  const last = React.useRef<IHistory | null>(null);
  if (loaded.state === 'loaded') {
    last.current = loaded.value;
  }
  React.useEffect(
    () =>
      operations.ended.subscribe(({ path, result, state }) => {
        const target = result?.['database'];
        if (isOver(state) && (path === database || isAbout(target, database))) {
          again();
        }
      }),
    [operations, database, again]
  );
  const history = last.current;
  return (
    <div className="jp-BigUpload-tableView">
      <div className="jp-BigUpload-tableBar">
        <p role="status" className="jp-BigUpload-tableFigures">
          {loaded.state === 'failed'
            ? loaded.message
            : history === null
              ? trans.__('Reading…')
              : trans.__('%1 · branch “%2”', database, history.branch)}
        </p>
        <div className="jp-BigUpload-buttons">
          <TextButton label={trans.__('Refresh')} onClick={again} />
          {history !== null && (
            <TextButton
              label={trans.__('Code…')}
              onClick={() =>
                void showCode(
                  { destination: HOME, path: database },
                  { destinations, language, insert: services.inserter() }
                )
              }
            />
          )}
        </div>
      </div>
      {history?.pending && <Pending {...props} pending={history.pending} />}
      {history !== null && (
        <div className="jp-BigUpload-history">
          <Tables history={history} services={services} />
          <Commits database={database} history={history} services={services} />
          <Branches {...props} history={history} />
        </div>
      )}
    </div>
  );
}

function isAbout(target: unknown, database: string): boolean {
  return (
    target === database ||
    (typeof target === 'object' &&
      target !== null &&
      'path' in target &&
      target.path === database)
  );
}

/** An import that is neither committed nor discarded. */
function Pending({
  database,
  pending,
  services
}: IHistoryViewProps & {
  readonly pending: NonNullable<IHistory['pending']>;
}): React.ReactElement {
  const { language, openDiff } = services;
  const { trans } = language;
  const { table, import: to, from } = pending;
  return (
    <div className="jp-BigUpload-tableBanner" data-tone="warning">
      <p>{pendingInWords(pending, language)}</p>
      <TextButton
        label={trans.__('Show changes')}
        onClick={() => openDiff({ database, table, from, to }, true)}
      />
      <TextButton
        label={trans.__('Discard…')}
        onClick={() =>
          void discardImport({ database, table, import: to }, services)
        }
      />
    </div>
  );
}

function Tables({
  history,
  services: { language }
}: {
  readonly history: IHistory;
  readonly services: ITableServices;
}): React.ReactElement {
  const { trans, format } = language;
  const title = React.useId();
  return (
    <section aria-labelledby={title}>
      <h2 id={title}>{trans.__('Tables')}</h2>
      {history.tables.length === 0 ? (
        <p>{trans.__('There is none yet.')}</p>
      ) : (
        <ul className="jp-BigUpload-historyTables">
          {history.tables.map(({ name, rows, columns }) => (
            <li key={name}>
              <strong title={name}>{name}</strong>
              <span>
                {trans._n('%2 row', '%2 rows', rows, format.count(rows))}
              </span>
              <small
                title={columns
                  .map(({ name, type }) => `${name} ${type}`)
                  .join(', ')}
              >
                {columns
                  .map(({ name, key }) =>
                    key ? trans.__('%1 (key)', name) : name
                  )
                  .join(', ')}
              </small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Branches({
  database,
  history,
  services
}: IHistoryViewProps & { readonly history: IHistory }): React.ReactElement {
  const { language, openDiff } = services;
  const { trans, format } = language;
  const title = React.useId();
  const { branch, branches, tables } = history;
  return (
    <section aria-labelledby={title}>
      <h2 id={title}>{trans.__('Branches')}</h2>
      <table className="jp-BigUpload-historyList">
        <tbody>
          {branches.map(({ name, hash, date, message }) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              <td>
                <code title={hash}>{shortHash(hash)}</code>
              </td>
              <td title={message}>{message}</td>
              <td>{format.moment(new Date(date))}</td>
              <td>
                {name === branch
                  ? trans.__('current')
                  : tables.map(table => (
                      <TextButton
                        key={table.name}
                        label={trans.__('Changes of %1 since', table.name)}
                        about={name}
                        onClick={() =>
                          openDiff(
                            {
                              database,
                              table: table.name,
                              from: name,
                              to: branch
                            },
                            false
                          )
                        }
                      />
                    ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
