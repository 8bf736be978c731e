import * as React from 'react';
import { isOver } from '../../../engine/model';
import type { IWholeProfile } from '../../../engine/tables/model';
import { Progress } from '../../controls/progress';
import { TextButton } from '../../controls/textButton';
import { percentage } from '../../text/format';
import type { ILanguage } from '../../text/language';
import { explainFailure } from '../../text/operationErrors';
import { progressInWords } from '../../text/operationText';
import type { ICheck } from './useCheck';

interface ICheckProps {
  readonly check: ICheck;
  /** Whether all of the file is there. */
  readonly isComplete: boolean;
  /** Go to the form of a column by its name in the table. */
  readonly choose: (name: string) => void;
  readonly language: ILanguage;
}

/** The check of all rows: how far it is, and what it found. */
export function CheckPane(props: ICheckProps): React.ReactElement {
  const { check, isComplete, language } = props;
  const { trans } = language;
  const { operation, profile } = check;
  const isUnderWay = operation !== null && !isOver(operation.state);
  return (
    <div className="jp-BigUpload-check">
      {profile === null && !isUnderWay && (
        <p>
          {isComplete
            ? trans.__(
                'What is shown above the columns is of the first rows. A check reads all rows, and finds each value that does not fit.'
              )
            : trans.__(
                'All rows can be checked once all of the file has arrived.'
              )}
        </p>
      )}
      {isUnderWay ? (
        <Running check={check} language={language} />
      ) : (
        isComplete && (
          <TextButton
            label={
              profile === null
                ? trans.__('Check all rows')
                : trans.__('Check again')
            }
            onClick={check.start}
          />
        )
      )}
      <div role="status">
        {check.refusal !== null && (
          <p className="jp-BigUpload-warning">{check.refusal}</p>
        )}
        {operation?.state === 'failed' && operation.error !== null && (
          <p className="jp-BigUpload-warning">
            {explainFailure(trans, operation.error)}
          </p>
        )}
        {profile !== null && <Verdict profile={profile} language={language} />}
      </div>
      {profile !== null && profile.rejects.first.length > 0 && (
        <Rejects {...props} profile={profile} />
      )}
    </div>
  );
}

function Running({
  check: { operation, cancel },
  language
}: Pick<ICheckProps, 'check' | 'language'>): React.ReactElement | null {
  const { trans } = language;
  if (operation === null) {
    return null;
  }
  const { done, total } = operation.progress;
  const text = progressInWords(operation.progress, language);
  return (
    <>
      <Progress
        label={trans.__('Check of all rows')}
        percent={total === null ? null : percentage(done, total)}
        text={text}
      />
      <div className="jp-BigUpload-checkFigures">
        <span>
          {operation.state === 'queued' ? trans.__('Waiting…') : text}
        </span>
        <TextButton label={trans.__('Cancel')} onClick={cancel} />
      </div>
    </>
  );
}

function Verdict({
  profile: { rows, rejects },
  language: { trans, format }
}: {
  readonly profile: IWholeProfile;
  readonly language: ILanguage;
}): React.ReactElement {
  const counted = trans._n(
    '%2 row was checked.',
    'All %2 rows were checked.',
    rows,
    format.count(rows)
  );
  const values = rejects.count - rejects.structural;
  return rejects.count === 0 ? (
    <p>
      <span className="jp-BigUpload-good">✓</span> {counted}{' '}
      {trans.__('Every value fits.')}
    </p>
  ) : (
    <p>
      <span className="jp-BigUpload-warning">⚠</span> {counted}{' '}
      {values > 0 &&
        trans._n(
          '%2 value does not fit.',
          '%2 values do not fit.',
          values,
          format.count(values)
        )}{' '}
      {rejects.structural > 0 &&
        trans._n(
          '%2 line is no row.',
          '%2 lines are no rows.',
          rejects.structural,
          format.count(rejects.structural)
        )}
    </p>
  );
}

/** Of each column how many, and the first of all, with the place in the file. */
function Rejects({
  profile,
  choose,
  language
}: ICheckProps & { readonly profile: IWholeProfile }): React.ReactElement {
  const { trans, format } = language;
  const { by_column, first, count } = profile.rejects;
  const more = count - first.length;
  return (
    <>
      <ul className="jp-BigUpload-checkColumns">
        {Object.entries(by_column)
          .filter(([, count]) => count > 0)
          .map(([name, count]) => (
            <li key={name}>
              <span title={name}>{name}</span>
              <span>{format.count(count)}</span>
              <TextButton
                label={trans.__('Decide…')}
                about={name}
                onClick={() => choose(name)}
              />
            </li>
          ))}
      </ul>
      <ol
        className="jp-BigUpload-checkRejects"
        tabIndex={0}
        aria-label={trans.__('What does not fit')}
      >
        {first.map((reject, index) => (
          <li key={index}>
            <div>
              <code title={reject.text}>{reject.text}</code>
              <span className="jp-BigUpload-checkColumn">
                {reject.column ?? trans.__('the whole line')}
              </span>
            </div>
            <p>{reject.message}</p>
            <small>
              {reject.byte === null
                ? trans.__('line %1', format.count(reject.line))
                : trans.__(
                    'line %1, byte %2',
                    format.count(reject.line),
                    format.count(reject.byte)
                  )}
            </small>
          </li>
        ))}
      </ol>
      {more > 0 && <p>{trans.__('And %1 more.', format.count(more))}</p>}
    </>
  );
}
