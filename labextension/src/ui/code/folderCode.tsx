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
 * What a folder is, the code that opens it and its catalog entry, as lines of details; nothing for a folder that is
 * read file by file.
 */
export function FolderCode(props: IFolderProps): React.ReactElement | null {
  const { destinations, destination, name, language, openFile } = props;
  const { trans } = language;
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
    return note === null ? null : (
      <>
        <dt>{trans.__('Code')}</dt>
        <dd role="status">{note}</dd>
      </>
    );
  }
  return (
    <>
      <dt>{trans.__('Kind')}</dt>
      <dd>{folderKind(kind, language)}</dd>
      {snippets.length > 0 && (
        <>
          <dt>{trans.__('Code')}</dt>
          <dd>
            <SnippetTabs snippets={snippets} language={language} />
          </dd>
        </>
      )}
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
    </>
  );
}

/** What a folder is, beside its name; nothing while that is not known, and for any other folder. */
export function FolderBadge(
  props: Pick<
    IFolderProps,
    'destinations' | 'destination' | 'path' | 'language'
  >
): React.ReactElement | null {
  const { destinations, destination, path, language } = props;
  const load = React.useCallback(
    () => destinations.code(destination, `${path}/`),
    [destinations, destination, path]
  );
  const { loaded } = useLoaded(load);
  const kind = loaded.state === 'loaded' ? loaded.value.kind : null;
  return kind === null ? null : (
    <span className="jp-BigUpload-badge">{folderKind(kind, language)}</span>
  );
}
