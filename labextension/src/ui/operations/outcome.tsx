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
import { RetryCountdown } from '../panel/notice';
import type { ILanguage } from '../text/language';
import { checksumIn, explainTrouble, factsIn } from '../text/operationText';
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
  operation: { result },
  language
}: IOutcomeProps): React.ReactElement | null {
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
  return facts === '' ? null : <p className="jp-BigUpload-notice">{facts}</p>;
}

function Made({
  made,
  operation: { result },
  actions,
  language
}: IOutcomeProps & { readonly made: IMade }): React.ReactElement {
  const { trans } = language;
  const facts = factsIn(result, language);
  const open = actions.opener(made);
  return (
    <div className="jp-BigUpload-notice jp-BigUpload-made">
      <span>{[made.path, facts].filter(Boolean).join(' · ')}</span>
      <TextButton
        label={trans.__('Show file')}
        onClick={() => actions.show(made)}
      />
      {open !== null && <TextButton label={trans.__('Open')} onClick={open} />}
    </div>
  );
}

function Failed({
  error: { message, output },
  language: { trans }
}: {
  readonly error: NonNullable<IOperation['error']>;
  readonly language: ILanguage;
}): React.ReactElement {
  return (
    <div className="jp-BigUpload-notice">
      <p>{message}</p>
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
