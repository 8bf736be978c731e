import * as React from 'react';
import type {
  IStructural,
  ITable,
  ITableProblem,
  ITableState
} from '../../engine/tables/model';
import { CopyButton } from '../controls/copyButton';
import { Progress } from '../controls/progress';
import { TextButton } from '../controls/textButton';
import { percentage } from '../text/format';
import type { ILanguage } from '../text/language';
import { adviceOn } from '../text/tableText';

interface IBannersProps {
  readonly table: ITable;
  readonly state: ITableState;
  readonly language: ILanguage;
}

/** What a person should know of the table, above it. */
export function Banners(props: IBannersProps): React.ReactElement {
  const { state } = props;
  const { table } = state;
  return (
    <>
      {table !== null && !table.complete && <Arriving {...props} />}
      {state.problem !== null && table !== null && (
        <div className="jp-BigUpload-tableBanner" data-tone="warning">
          <Problem {...props} problem={state.problem} />
        </div>
      )}
      {state.suggested !== null && <Suggestion {...props} />}
      {table !== null && table.structural.length > 0 && (
        <NoRows lines={table.structural} language={props.language} />
      )}
    </>
  );
}

/** A file that is still coming. */
function Arriving({
  state: { table },
  language
}: IBannersProps): React.ReactElement {
  const { trans, format } = language;
  const { arrived, size } = table ?? { arrived: 0, size: 0 };
  const share = format.share(arrived, size);
  return (
    <div className="jp-BigUpload-tableBanner">
      <p>
        {trans.__('%1 have arrived. More rows appear as they come.', share)}
      </p>
      <Progress
        label={trans.__('How much of the file has arrived')}
        percent={percentage(arrived, size)}
        text={share}
      />
    </div>
  );
}

/** What went wrong, and what helps. */
export function Problem({
  problem,
  table,
  language
}: {
  readonly problem: ITableProblem;
  readonly table: Pick<ITable, 'again'>;
  readonly language: ILanguage;
}): React.ReactElement {
  const { trans } = language;
  const { message, install } = problem;
  const advice = adviceOn(problem, trans);
  return (
    <>
      <p role="alert">
        {message} {advice}
      </p>
      {install !== null && (
        <div className="jp-BigUpload-code">
          <pre tabIndex={0}>
            <code>{install}</code>
          </pre>
          <CopyButton
            text={install}
            label={trans.__('Copy the command')}
            language={language}
          />
        </div>
      )}
      <TextButton
        label={
          problem.reason === 'changed'
            ? trans.__('Load again')
            : trans.__('Try again')
        }
        onClick={() => table.again()}
      />
    </>
  );
}

/** A recipe for files that look like this one. */
function Suggestion({
  table,
  state: { suggested },
  language
}: IBannersProps): React.ReactElement | null {
  const { trans, format } = language;
  if (suggested === null) {
    return null;
  }
  const { name, saved, recipe } = suggested;
  return (
    <div className="jp-BigUpload-tableBanner">
      <p>
        {saved === undefined
          ? trans.__(
              'This file looks like those that you read with “%1”.',
              name
            )
          : trans.__(
              'This file looks like those that you read with “%1”, kept on %2.',
              name,
              format.date(new Date(saved))
            )}
      </p>
      <TextButton
        label={trans.__('Use “%1”', name)}
        onClick={() => table.use(recipe)}
      />
      <TextButton label={trans.__('Not now')} onClick={() => table.decline()} />
    </div>
  );
}

/** Lines of the file that are no rows of the table. */
function NoRows({
  lines,
  language
}: {
  readonly lines: readonly IStructural[];
  readonly language: ILanguage;
}): React.ReactElement {
  const { trans, format } = language;
  return (
    <details className="jp-BigUpload-tableBanner" data-tone="warning">
      <summary>
        {trans._n(
          '⚠ %2 line is no row of the table, so far',
          '⚠ %2 lines are no rows of the table, so far',
          lines.length,
          format.count(lines.length)
        )}
      </summary>
      <ol
        className="jp-BigUpload-checkRejects"
        tabIndex={0}
        aria-label={trans.__('Lines that are no rows')}
      >
        {lines.map(line => (
          <li key={line.byte}>
            <div>
              <code title={line.text}>{line.text}</code>
              <span className="jp-BigUpload-checkColumn">
                {trans.__('line %1', format.count(line.line))}
              </span>
            </div>
            <p>{line.message}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
