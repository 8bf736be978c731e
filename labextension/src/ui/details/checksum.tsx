/** The checksum of a file, as `sha256sum` prints it, and whether it is the same at both ends. */

import { checkIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IChecksum, ITransfer } from '../../engine/model';
import { HOME } from '../../engine/ports';
import { CopyButton } from '../controls/copyButton';
import { percentage } from '../text/format';
import { Icon } from '../controls/icon';
import type { ILanguage } from '../text/language';
import { explainError } from '../text/messages';
import { Progress } from '../controls/progress';
import { TextButton } from '../controls/textButton';
import { useKeptFocus } from '../hooks/useKeptFocus';
import { compareChecksums } from './compareChecksums';

interface IChecksumProps {
  readonly transfer: ITransfer;
  readonly language: ILanguage;
  readonly compute: () => void;
}

/** Nothing until a person asks: it means reading the whole file again, at both ends. */
export function Checksum(props: IChecksumProps): React.ReactElement {
  const focus = useKeptFocus<HTMLDivElement>();
  return (
    <div {...focus} className="jp-BigUpload-checksum" tabIndex={-1}>
      <Stage {...props} />
    </div>
  );
}

function Stage(props: IChecksumProps): React.ReactElement | null {
  const { transfer, language, compute } = props;
  const { trans, format } = language;
  const { checksum, can, name } = transfer;
  if (checksum === null) {
    return can.checksum ? (
      <TextButton label={trans.__('Compute')} onClick={compute} />
    ) : null;
  }
  switch (checksum.state) {
    case 'computing': {
      const percent = percentage(checksum.progress, 1);
      return (
        <div className="jp-BigUpload-computing">
          <Progress
            label={trans.__('Progress of the SHA-256 of %1', name)}
            percent={percent}
            text={format.percent(percent)}
          />
          <span>{format.percent(percent)}</span>
        </div>
      );
    }
    case 'failed':
      return (
        <>
          <p role="status" className="jp-BigUpload-warning">
            {checksum.error && explainError(trans, checksum.error, transfer)}
          </p>
          <TextButton label={trans.__('Try again')} onClick={compute} />
        </>
      );
    case 'done':
      return (
        <Result
          checksum={checksum}
          inBucket={transfer.destination !== HOME}
          language={language}
        />
      );
  }
}

function Result(props: {
  readonly checksum: IChecksum;
  readonly inBucket: boolean;
  readonly language: ILanguage;
}): React.ReactElement {
  const { checksum, inBucket, language } = props;
  const { trans } = language;
  const { onServer, onThisComputer } = checksum;
  const result = compareChecksums(checksum);
  if (result === 'different') {
    return (
      <>
        <p role="status" className="jp-BigUpload-warning">
          {trans.__(
            'The two differ: one of them was changed since it was uploaded, or is damaged. Upload the file again if the one on this computer is right.'
          )}
        </p>
        <span>
          {inBucket ? trans.__('In the bucket') : trans.__('On the server')}
        </span>
        <Digest hex={onServer} language={language} />
        <span>{trans.__('On this computer')}</span>
        <Digest hex={onThisComputer} language={language} />
      </>
    );
  }
  return (
    <>
      <Digest hex={onServer ?? onThisComputer} language={language} />
      <p role="status" className="jp-BigUpload-result" data-result={result}>
        {result === 'same' && (
          <Icon icon={checkIcon} className="jp-BigUpload-icon" />
        )}
        {result === 'same'
          ? inBucket
            ? trans.__('Same on this computer and in the bucket')
            : trans.__('Same on this computer and on the server')
          : inBucket
            ? trans.__(
                'Of the file in the bucket; the one on this computer cannot be read any more.'
              )
            : trans.__(
                'Of the file on the server; the one on this computer cannot be read any more.'
              )}
      </p>
    </>
  );
}

function Digest(props: {
  readonly hex: string | null;
  readonly language: ILanguage;
}): React.ReactElement | null {
  const { hex, language } = props;
  if (hex === null) {
    return null;
  }
  return (
    <div className="jp-BigUpload-digest">
      <code>{hex}</code>
      <CopyButton
        text={hex}
        label={language.trans.__('Copy the SHA-256')}
        language={language}
      />
    </div>
  );
}
