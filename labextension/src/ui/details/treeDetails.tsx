import * as React from 'react';
import type { IDestinations } from '../../destinations';
import type { ITransfer } from '../../engine/model';
import { FolderCode } from '../code/folderCode';
import { addressOf } from '../destinations/places';
import type { ILanguage } from '../text/language';

/** Where a tree that arrived is, and what opens it as one thing, if anything does. */
export function TreeDetails(props: {
  readonly id: string;
  readonly transfer: ITransfer;
  readonly destinations: IDestinations;
  readonly language: ILanguage;
  /** Open a file of the server. */
  readonly openFile: (path: string) => void;
}): React.ReactElement | null {
  const { id, transfer, destinations, language, openFile } = props;
  const { name, path, destination, size } = transfer;
  const { trans, format } = language;
  const place = destinations.list.find(one => one.name === destination);
  const address = (place && addressOf(place, path)) ?? path;
  return (
    <dl className="jp-BigUpload-details" id={id}>
      <dt>{trans.__('Folder')}</dt>
      <dd>{address === '' ? trans.__('The home folder') : address}</dd>
      <dt>{trans.__('Size')}</dt>
      <dd>{format.exactBytes(size)}</dd>
      {name !== '' && (
        <FolderCode
          destinations={destinations}
          destination={destination}
          path={path}
          name={name}
          language={language}
          openFile={openFile}
        />
      )}
    </dl>
  );
}
