import * as React from 'react';
import type { IDestinations } from '../../destinations';
import type { ITransfer } from '../../engine/model';
import { CatalogEntry } from '../code/catalogEntry';
import { Checksum } from './checksum';
import { CodeSnippets } from '../code/snippets';
import { CopyButton } from '../controls/copyButton';
import type { ILanguage } from '../text/language';
import { addressOf } from '../destinations/places';
import { explainSpeed } from '../text/messages';

interface IDetailsProps {
  readonly id: string;
  readonly transfer: ITransfer;
  readonly destinations: IDestinations;
  readonly language: ILanguage;
  readonly computeChecksum: (transfer: ITransfer) => void;
  /** Open a file of the server. */
  readonly openFile: (path: string) => void;
}

export function Details(props: IDetailsProps): React.ReactElement {
  const { id, transfer, destinations, language } = props;
  const { computeChecksum, openFile } = props;
  const { name, path, destination, size } = transfer;
  const { trans, format } = language;
  const place = destinations.list.find(one => one.name === destination);
  const address = place === undefined ? null : addressOf(place, path);
  const speed = explainSpeed(trans, transfer);
  return (
    <dl className="jp-BigUpload-details" id={id}>
      {address === null ? (
        <>
          <dt>{trans.__('Path')}</dt>
          <dd>{path}</dd>
        </>
      ) : (
        <>
          <dt>URL</dt>
          <dd className="jp-BigUpload-digest">
            <code>{address}</code>
            <CopyButton
              text={address}
              label={trans.__('Copy the URL')}
              language={language}
            />
          </dd>
        </>
      )}
      <dt>{trans.__('Size')}</dt>
      <dd>{format.exactBytes(size)}</dd>
      {speed !== null && (
        <>
          <dt>{trans.__('Speed')}</dt>
          <dd>{speed}</dd>
        </>
      )}
      <dt>SHA-256</dt>
      <dd>
        <Checksum
          transfer={transfer}
          language={language}
          compute={() => computeChecksum(transfer)}
        />
      </dd>
      <dt>{trans.__('Code')}</dt>
      <dd>
        <CodeSnippets
          destinations={destinations}
          destination={destination}
          path={path}
          language={language}
        />
      </dd>
      <dt>{trans.__('Catalog')}</dt>
      <dd>
        <CatalogEntry
          destinations={destinations}
          destination={destination}
          path={path}
          name={name}
          language={language}
          openFile={openFile}
        />
      </dd>
    </dl>
  );
}
