/**
 * The line below a transfer that needs more than a word.
 */

import { PathExt } from '@jupyterlab/coreutils';
import * as React from 'react';

import type { ITransfer } from '../engine/ports';
import type { ILanguage } from './language';
import { explain } from './messages';

interface INoticeProps {
  readonly transfer: ITransfer;
  readonly language: ILanguage;
}

/** Why a transfer stands still and what helps; nothing while all is well. */
export function Notice(props: INoticeProps): React.ReactElement | null {
  const { transfer, language } = props;
  const { trans, format } = language;
  switch (transfer.state) {
    case 'failed':
      return (
        <Line title={transfer.error?.message}>{explain(trans, transfer)}</Line>
      );
    case 'waiting':
      return (
        <Line title={transfer.error?.message}>
          {explain(trans, transfer)} <RetryCountdown {...props} />
        </Line>
      );
    case 'unfinished':
      return (
        <Line>
          {trans.__('Resume by choosing the same file again.')}{' '}
          {transfer.expires !== null &&
            trans.__(
              'What is there is kept until %1.',
              format.date(new Date(transfer.expires))
            )}
        </Line>
      );
    case 'done': {
      const stored = PathExt.basename(transfer.path);
      return stored === transfer.name ? null : (
        <Line>{trans.__('Saved as “%1”.', stored)}</Line>
      );
    }
    case 'queued':
    case 'uploading':
    case 'conflict':
    case 'paused':
    case 'finishing':
    case 'skipped':
    case 'cancelled':
      return null;
  }
}

function Line(props: {
  readonly title?: string | undefined;
  readonly children: React.ReactNode;
}): React.ReactElement {
  return (
    <p className="jp-BigUpload-notice" title={props.title}>
      {props.children}
    </p>
  );
}

/** Counts down to the next attempt; only this text renders each second. */
function RetryCountdown({
  transfer: { retryAt },
  language: { trans, format }
}: INoticeProps): React.ReactElement | null {
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (retryAt === null) {
    return null;
  }
  const seconds = (retryAt - now) / 1000;
  return (
    <>
      {seconds > 0
        ? trans.__('Trying again in %1.', format.duration(seconds))
        : trans.__('Trying again now.')}
    </>
  );
}
