import * as React from 'react';
import type { IDestinations, ISnippet } from '../../destinations';
import { CopyButton } from '../controls/copyButton';
import type { ILanguage } from '../text/language';
import { TextButton } from '../controls/textButton';
import { useLoaded } from '../hooks/useLoaded';

interface ISnippetsProps {
  readonly destinations: IDestinations;
  readonly destination: string;
  readonly path: string;
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
        <SnippetTabs snippets={loaded.value.snippets} language={language} />
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

/** One snippet at a time, as the pattern "tabs" of ARIA has it: the arrow keys go from one to the next. */
export function SnippetTabs(props: {
  readonly snippets: readonly ISnippet[];
  readonly language: ILanguage;
}): React.ReactElement | null {
  const { snippets, language } = props;
  const { trans } = language;
  const [at, setAt] = React.useState(0);
  const id = React.useId();
  const tabs = React.useRef<HTMLDivElement>(null);
  const snippet = snippets[at];
  if (snippet === undefined) {
    return null;
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const to = target(event.key, at, snippets.length);
    if (to === null) {
      return;
    }
    event.preventDefault();
    setAt(to);
    const tab = tabs.current?.children[to];
    if (tab instanceof HTMLElement) {
      tab.focus();
    }
  };
  return (
    <div className="jp-BigUpload-snippets">
      <div
        ref={tabs}
        role="tablist"
        aria-label={trans.__('Libraries')}
        className="jp-BigUpload-tabs"
        onKeyDown={onKeyDown}
      >
        {snippets.map(({ title }, index) => (
          <button
            key={title}
            type="button"
            role="tab"
            id={`${id}-tab-${index}`}
            className="jp-BigUpload-tab"
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => setAt(index)}
          >
            {title}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-tab-${at}`}
        className="jp-BigUpload-code"
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
      </div>
    </div>
  );
}

/** @returns the tab that a key leads to; null when it leads to none. */
function target(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
