import * as React from 'react';
import type { IDestinations, ISnippet } from '../../destinations';
import { CopyButton } from '../controls/copyButton';
import { Tabs } from '../controls/tabs';
import type { ILanguage } from '../text/language';
import { TextButton } from '../controls/textButton';
import { useLoaded } from '../hooks/useLoaded';

interface ISnippetsProps {
  readonly destinations: IDestinations;
  readonly destination: string;
  readonly path: string;
  /** Put code into a notebook; null where none is open. */
  readonly insert?: ((code: string) => void) | null;
  readonly language: ILanguage;
}

export function CodeSnippets(props: ISnippetsProps): React.ReactElement {
  const { destinations, destination, path, language } = props;
  const { trans } = language;
  const load = React.useCallback(
    () => destinations.code(destination, path),
    [destinations, destination, path]
  );
  const { loaded, again } = useLoaded(load);
  switch (loaded.state) {
    case 'loading':
      return <span>{trans.__('Loading…')}</span>;
    case 'failed':
      return (
        <NoSnippets
          message={loaded.message}
          again={again}
          language={language}
        />
      );
    case 'loaded':
      return (
        <SnippetTabs
          snippets={loaded.value.snippets}
          insert={props.insert ?? null}
          language={language}
        />
      );
  }
}

/** Why there is no code, and a way to ask once more. */
export function NoSnippets(props: {
  readonly message: string;
  readonly again: () => void;
  readonly language: ILanguage;
}): React.ReactElement {
  const { message, again, language } = props;
  return (
    <div className="jp-BigUpload-snippets">
      <p role="status" className="jp-BigUpload-warning">
        {message}
      </p>
      <TextButton label={language.trans.__('Try again')} onClick={again} />
    </div>
  );
}

/** One snippet at a time. */
export function SnippetTabs(props: {
  readonly snippets: readonly ISnippet[];
  readonly insert?: ((code: string) => void) | null;
  readonly language: ILanguage;
}): React.ReactElement | null {
  const { snippets, insert = null, language } = props;
  const { trans } = language;
  const [chosen, choose] = React.useState(snippets[0]?.title ?? '');
  const snippet = snippets.find(({ title }) => title === chosen);
  if (snippet === undefined) {
    return null;
  }
  return (
    <div className="jp-BigUpload-snippets">
      <Tabs
        label={trans.__('Libraries')}
        tabs={snippets.map(({ title }) => ({ id: title, title }))}
        chosen={chosen}
        choose={choose}
        panelClass="jp-BigUpload-code"
      >
        {/* Long lines are scrolled to by the keyboard, too. */}
        <pre tabIndex={0}>
          <code>{snippet.code}</code>
        </pre>
        <CopyButton
          text={snippet.code}
          label={trans.__('Copy the code for %1', snippet.title)}
          language={language}
        />
      </Tabs>
      {insert !== null && (
        <InsertButton code={snippet.code} insert={insert} language={language} />
      )}
    </div>
  );
}

/** Puts code into the notebook that was used last, and says that it did until the code is another one. */
function InsertButton({
  code,
  insert,
  language: { trans }
}: {
  readonly code: string;
  readonly insert: (code: string) => void;
  readonly language: ILanguage;
}): React.ReactElement {
  const [inserted, setInserted] = React.useState<string | null>(null);
  const done = inserted === code;
  return (
    <TextButton
      label={
        done
          ? trans.__('It is in the notebook, in a new cell')
          : trans.__('Insert into notebook')
      }
      disabled={done}
      onClick={() => {
        insert(code);
        setInserted(code);
      }}
    />
  );
}
