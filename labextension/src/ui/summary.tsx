/**
 * All transfers in one line, and what can be done to all of them.
 */

import * as React from 'react';

import type { ITransfers } from '../engine/ports';
import { percentage } from './format';
import type { ILanguage } from './language';
import { Progress } from './progress';
import { isOver } from './states';

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
      <p className="jp-BigUpload-total">{totalInWords(transfers, language)}</p>
      <div className="jp-BigUpload-buttons">
        {canPause && (
          <TextButton
            label={trans.__('Pause all')}
            onClick={() => transfers.pauseAll()}
          />
        )}
        {canResume && (
          <TextButton
            label={trans.__('Resume all')}
            onClick={() => transfers.resumeAll()}
          />
        )}
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

/** `3 of 12 files · 1.2 GB of 4.0 GB · 110 MB/s · 30 s left · 1 failed`. */
function totalInWords(
  { totals }: ITransfers,
  { trans, format }: ILanguage
): string {
  const { files, active, done, failed, size, sent, rate, timeLeft } = totals;
  const parts = [
    done === files
      ? trans._n('%1 file done', '%1 files done', files)
      : trans._n('%2 of %1 file done', '%2 of %1 files done', files, done),
    sent === size ? format.bytes(size) : format.share(sent, size)
  ];
  if (active > 0 && rate !== null) {
    parts.push(format.rate(rate));
  }
  if (active > 0 && timeLeft !== null) {
    parts.push(format.timeLeft(timeLeft));
  }
  if (failed > 0) {
    parts.push(trans._n('%1 failed', '%1 failed', failed));
  }
  // Where the line wraps, it wraps between the parts.
  return parts.map(part => part.replaceAll(' ', '\u00a0')).join(' · ');
}

/** A button that stays in its place, and keeps the focus, while it has nothing to do. */
function TextButton(props: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}): React.ReactElement {
  const { label, disabled = false, onClick } = props;
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
