import * as React from 'react';
import { isOver } from '../../engine/model';
import type { ITransfer, ITransfers } from '../../engine/model';
import type { IOperations } from '../../engine/operations/model';
import { percentage } from '../text/format';
import type { ILanguage } from '../text/language';
import { Progress } from '../controls/progress';
import { TextButton } from '../controls/textButton';
import { totalText } from './totalText';

interface ISummaryProps {
  readonly transfers: ITransfers;
  readonly operations: IOperations;
  readonly language: ILanguage;
  readonly resumeAll: () => void;
  readonly removeUnfinished: () => void;
  /** Let the person choose the files of several unfinished transfers at once. */
  readonly chooseAgain: (unfinished: readonly ITransfer[]) => void;
  /** Called before the buttons may go away, as the list becomes empty. */
  readonly onClear: () => void;
}

export function Summary(props: ISummaryProps): React.ReactElement {
  const { transfers, operations, language } = props;
  const { resumeAll, removeUnfinished } = props;
  const { chooseAgain, onClear } = props;
  const { trans, format } = language;
  const { totals } = transfers;
  const list = transfers.transfers;
  const percent = percentage(totals.sent, totals.size);
  const canPause = list.some(transfer => transfer.can.pause);
  // What needs a file from the person first is not for a button that acts on all.
  const canResume = list.some(
    ({ state, remembered }) => state === 'paused' || remembered
  );
  const unfinished = list.filter(({ state }) => state === 'unfinished').length;
  const toChoose = list.filter(
    ({ state, remembered, tree }) =>
      state === 'unfinished' && !remembered && tree === null
  );
  const failed = list.filter(
    ({ state, can }) => state === 'failed' && can.retry
  );
  const canClear = [...list, ...operations.operations].some(({ state }) =>
    isOver(state)
  );

  return (
    <div className="jp-BigUpload-summary">
      {totals.active > 0 && (
        <Progress
          label={trans.__('Progress of all transfers')}
          percent={percent}
          text={format.percent(percent)}
        />
      )}
      <p className="jp-BigUpload-total">
        {totalText(totals, operations.operations, language)}
      </p>
      <div className="jp-BigUpload-buttons">
        <TextButton
          label={trans.__('Pause all')}
          disabled={!canPause}
          onClick={() => transfers.pauseAll()}
        />
        <TextButton
          label={trans.__('Resume all')}
          disabled={!canResume}
          onClick={resumeAll}
        />
        {failed.length > 0 && (
          <TextButton
            label={trans.__('Retry failed')}
            onClick={() => failed.forEach(({ key }) => transfers.retry(key))}
          />
        )}
        {toChoose.length > 1 && (
          <TextButton
            label={trans.__('Choose the files again…')}
            onClick={() => chooseAgain(toChoose)}
          />
        )}
        {unfinished > 1 && (
          <TextButton
            label={trans.__('Remove unfinished…')}
            onClick={removeUnfinished}
          />
        )}
        <TextButton
          label={trans.__('Clear finished')}
          disabled={!canClear}
          onClick={() => {
            onClear();
            transfers.clearFinished();
            void operations.clearFinished();
          }}
        />
      </div>
    </div>
  );
}
