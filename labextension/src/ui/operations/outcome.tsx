/** What came of an operation, or why it stands still. */

import * as React from 'react';
import { isOver } from '../../engine/model';
import type {
  IMade,
  IOperation,
  ITrouble
} from '../../engine/operations/model';
import { CopyButton } from '../controls/copyButton';
import { TextButton } from '../controls/textButton';
import { changesOf } from '../dolt/changes';
import { RetryCountdown } from '../panel/notice';
import type { ILanguage } from '../text/language';
import { explainFailure } from '../text/operationErrors';
import { checksumIn, explainTrouble } from '../text/operationText';
import { factsIn, listsIn } from '../text/resultText';
import type { IOperationActions } from './row';

interface IOutcomeProps {
  readonly operation: IOperation;
  readonly trouble: ITrouble | null;
  readonly actions: IOperationActions;
  readonly language: ILanguage;
  /** A page of this server that asks for a login. */
  readonly loginUrl: string;
}

export function Outcome(props: IOutcomeProps): React.ReactElement | null {
  const { operation, trouble, language } = props;
  const { state, made, error } = operation;
  if (state === 'done') {
    return made === null ? (
      <Result {...props} />
    ) : (
      <Made {...props} made={made} />
    );
  }
  if (state === 'failed' && error !== null) {
    return <Failed error={error} language={language} />;
  }
  return trouble === null || isOver(state) ? null : (
    <Trouble {...props} trouble={trouble} />
  );
}

function Result({
  operation,
  actions,
  language
}: IOutcomeProps): React.ReactElement | null {
  const { result } = operation;
  const computed = checksumIn(result);
  if (computed !== null) {
    const { algorithm, hex } = computed;
    return (
      <div className="jp-BigUpload-notice jp-BigUpload-digest">
        <span>{algorithm}</span>
        <code>{hex}</code>
        <CopyButton
          text={hex}
          label={language.trans.__('Copy the %1', algorithm)}
          language={language}
        />
      </div>
    );
  }
  const facts = factsIn(result, language);
  return facts === '' ? null : (
    <div className="jp-BigUpload-notice">
      <div className="jp-BigUpload-made">
        <span>{facts}</span>
        <ShowChanges
          operation={operation}
          actions={actions}
          language={language}
        />
      </div>
      <Lists result={result} language={language} />
    </div>
  );
}

function Made({
  made,
  operation,
  actions,
  language
}: IOutcomeProps & { readonly made: IMade }): React.ReactElement {
  const { trans } = language;
  const { kind, result } = operation;
  const facts = factsIn(result, language);
  const open = actions.opener(made);
  const view = actions.viewer(made);
  return (
    <div className="jp-BigUpload-notice">
      <div className="jp-BigUpload-made">
        <span>{[made.path, facts].filter(Boolean).join(' · ')}</span>
        <TextButton
          label={
            made.isFolder ? trans.__('Show folder') : trans.__('Show file')
          }
          onClick={() => actions.show(made)}
        />
        {open !== null && (
          <TextButton label={trans.__('Open')} onClick={open} />
        )}
        {view !== null && (
          <TextButton label={trans.__('View as table')} onClick={view} />
        )}
        {(view !== null || kind === 'convert_table') && (
          <TextButton
            label={trans.__('Code…')}
            onClick={() => actions.showCode(made)}
          />
        )}
        <ShowChanges
          operation={operation}
          actions={actions}
          language={language}
        />
      </div>
      <Lists result={result} language={language} />
    </div>
  );
}

/** What an import would change. */
function ShowChanges({
  operation,
  actions,
  language
}: Pick<
  IOutcomeProps,
  'operation' | 'actions' | 'language'
>): React.ReactElement | null {
  const changes = changesOf(operation);
  return changes === null ? null : (
    <TextButton
      label={language.trans.__('Show changes')}
      onClick={() => actions.showChanges(changes)}
    />
  );
}

/** What a result lists, put away until somebody wants to see it. */
function Lists({
  result,
  language
}: {
  readonly result: IOperation['result'];
  readonly language: ILanguage;
}): React.ReactElement {
  const { trans, format } = language;
  return (
    <>
      {listsIn(result, language).map(({ title, lines, more }) => (
        <details key={title} className="jp-BigUpload-output">
          <summary>{title}</summary>
          {/* It may be longer than there is room for. */}
          <ul tabIndex={0} className="jp-BigUpload-lines" aria-label={title}>
            {lines.map(({ path, note }, index) => (
              <li key={index}>
                <span title={path}>{path}</span>
                <span>{note}</span>
              </li>
            ))}
            {more > 0 && (
              <li>{trans.__('… and %1 more', format.count(more))}</li>
            )}
          </ul>
        </details>
      ))}
    </>
  );
}

function Failed({
  error,
  language: { trans }
}: {
  readonly error: NonNullable<IOperation['error']>;
  readonly language: ILanguage;
}): React.ReactElement {
  const { output } = error;
  return (
    <div className="jp-BigUpload-notice">
      <p>{explainFailure(trans, error)}</p>
      {output !== '' && (
        <details className="jp-BigUpload-output">
          <summary>{trans.__('Details')}</summary>
          {/* It may be wider and longer than there is room for. */}
          <pre tabIndex={0}>{output}</pre>
        </details>
      )}
    </div>
  );
}

function Trouble({
  trouble,
  language,
  loginUrl
}: IOutcomeProps & { readonly trouble: ITrouble }): React.ReactElement {
  const { trans } = language;
  const { reason, message, retryAt } = trouble;
  return (
    <p className="jp-BigUpload-notice" title={message}>
      {explainTrouble(trans, trouble)}{' '}
      {reason === 'unauthorized' ? (
        <a
          className="jp-BigUpload-link"
          href={loginUrl}
          target="_blank"
          rel="noreferrer"
        >
          {trans.__('Log in…')}
        </a>
      ) : (
        retryAt !== null && (
          <RetryCountdown retryAt={retryAt} language={language} />
        )
      )}
    </p>
  );
}
