/**
 * All transfers in one line, and what can be done to all of them.
 */

import * as React from 'react';

import type { ITransfers } from '../engine/ports';
import { percentage } from './format';
import type { ILanguage } from './language';
import { Progress } from './progress';
import { isOver } from './states';
import { totalText } from './totalText';

interface ISummaryProps {
  readonly transfers: ITransfers;
  readonly language: ILanguage;
  /** Called before the buttons may go away, as the list becomes empty. */
  readonly onClear: () => void;
}

export function Summary(props: ISummaryProps): React.ReactElement {
  const { transfers, language, onClear } = props;
  const { trans, format } = language;
  const { totals } = transfers;
  const list = transfers.transfers;
  const percent = percentage(totals.sent, totals.size);
  const canPause = list.some(transfer => transfer.can.pause);
  // What needs a file from the person first is not for a button that acts on all.
  const canResume = list.some(({ state }) => state === 'paused');
  const canClear = list.some(({ state }) => isOver(state));

  return (
    <div className="jp-BigUpload-summary">
      {totals.active > 0 && (
        <Progress
          label={trans.__('Progress of all transfers')}
          percent={percent}
          text={format.percent(percent)}
        />
      )}
      <p className="jp-BigUpload-total">{totalText(totals, language)}</p>
      <div className="jp-BigUpload-buttons">
        <TextButton
          label={trans.__('Pause all')}
          disabled={!canPause}
          onClick={() => transfers.pauseAll()}
        />
        <TextButton
          label={trans.__('Resume all')}
          disabled={!canResume}
          onClick={() => transfers.resumeAll()}
        />
        <TextButton
          label={trans.__('Clear finished')}
          disabled={!canClear}
          onClick={() => {
            onClear();
            transfers.clearFinished();
          }}
        />
      </div>
    </div>
  );
}

/** A button that stays in its place, and keeps the focus, while it has nothing to do. */
function TextButton(props: {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
}): React.ReactElement {
  const { label, disabled, onClick } = props;
  return (
    <button
      type="button"
      className="jp-BigUpload-textButton"
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      {label}
    </button>
  );
}
