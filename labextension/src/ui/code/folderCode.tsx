import * as React from 'react';
import type { IDestinations } from '../../destinations';
import { useLoaded } from '../hooks/useLoaded';
import type { ILanguage } from '../text/language';
import { CatalogEntry } from './catalogEntry';
import { folderKind } from './folderKind';
import { NoSnippets, SnippetTabs } from './snippets';

interface IFolderProps {
  readonly destinations: IDestinations;
  readonly destination: string;
  /** Of the folder, with or without a slash at its end. */
  readonly path: string;
  readonly name: string;
  readonly language: ILanguage;
  /** Open a file of the server. */
  readonly openFile: (path: string) => void;
}

/**
 * What a folder is, the code that opens it and its catalog entry; nothing for a folder that is read file by
 * file.
 */
export function FolderCode(props: IFolderProps): React.ReactElement | null {
  const { destinations, destination, name, language, openFile } = props;
  const path = `${props.path.replace(/\/+$/, '')}/`;
  const load = React.useCallback(
    () => destinations.code(destination, path),
    [destinations, destination, path]
  );
  const { loaded, again } = useLoaded(load);
  if (loaded.state === 'loading') {
    return null;
  }
  if (loaded.state === 'failed') {
    return (
      <NoSnippets message={loaded.message} again={again} language={language} />
    );
  }
  const { kind, snippets, note } = loaded.value;
  if (kind === null) {
    return note === null ? null : <p role="status">{note}</p>;
  }
  return (
    <div className="jp-BigUpload-folderCode">
      <p>{folderKind(kind, language)}</p>
      <SnippetTabs snippets={snippets} language={language} />
      <CatalogEntry
        destinations={destinations}
        destination={destination}
        path={path}
        name={name}
        language={language}
        openFile={openFile}
      />
    </div>
  );
}
