/**
 * More about a file that arrived.
 */

import * as React from 'react';

import type { ITransfer } from '../engine/ports';
import { Checksum } from './checksum';
import type { ILanguage } from './language';

interface IDetailsProps {
  readonly id: string;
  readonly transfer: ITransfer;
  readonly language: ILanguage;
  readonly computeChecksum: (transfer: ITransfer) => void;
}

export function Details(props: IDetailsProps): React.ReactElement {
  const { id, transfer, language, computeChecksum } = props;
  const { trans, format } = language;
  return (
    <dl className="jp-BigUpload-details" id={id}>
      <dt>{trans.__('Path')}</dt>
      <dd>{transfer.path}</dd>
      <dt>{trans.__('Size')}</dt>
      <dd>{format.exactBytes(transfer.size)}</dd>
      <dt>SHA-256</dt>
      <dd>
        <Checksum
          transfer={transfer}
          language={language}
          compute={() => computeChecksum(transfer)}
        />
      </dd>
    </dl>
  );
}
