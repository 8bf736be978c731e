import * as React from 'react';
import type { DiffKind, IDiff } from '../../engine/tables/versions';
import { TextButton } from '../controls/textButton';
import { useChanges } from '../hooks/useChanges';
import { runToEnd } from '../operations/toEnd';
import { Problem } from '../tables/banners';
import type { ITableServices } from '../tables/services';
import {
  countInWords,
  countsInWords,
  schemaInWords,
  shortHash,
  SIGNS
} from '../text/doltText';
import { baseName } from '../text/filename';
import type { ILanguage } from '../text/language';
import { askForCommit } from './commitDialog';
import { DiffGrid } from './diffGrid';
import { discardImport } from './discard';

interface IDiffViewProps {
  readonly diff: IDiff;
  /** Whether it is an import that can be committed or discarded. */
  readonly isPending: boolean;
  readonly services: ITableServices;
}

const KINDS: readonly DiffKind[] = ['added', 'removed', 'modified'];

/** What is different between two versions of a table. */
export function DiffView(props: IDiffViewProps): React.ReactElement {
  const { diff, services } = props;
  const { language, openHistory } = services;
  const { trans } = language;
  useChanges(diff.changed);
  const [outcome, setOutcome] = React.useState<string | null>(null);
  const { summary, problem, count } = diff.state;
  const { database, table } = diff.comparison;
  const history = (
    <TextButton
      label={trans.__('View history')}
      onClick={() => openHistory(database)}
    />
  );
  if (outcome !== null) {
    return (
      <div className="jp-BigUpload-tableView">
        <div className="jp-BigUpload-tableEmpty">
          <p role="status">{outcome}</p>
          {history}
        </div>
      </div>
    );
  }
  return (
    <div className="jp-BigUpload-tableView">
      <div className="jp-BigUpload-tableBar">
        <p className="jp-BigUpload-tableFigures">
          {headingOf(props, language)}
        </p>
        <div className="jp-BigUpload-buttons">
          {props.isPending && summary !== null && (
            <Decide {...props} onOutcome={setOutcome} />
          )}
          {history}
        </div>
      </div>
      {summary !== null && <Filter diff={diff} language={language} />}
      {summary !== null && (
        <Schema
          changes={schemaInWords(summary.columns, language)}
          language={language}
        />
      )}
      {problem !== null && (
        <div className="jp-BigUpload-tableBanner" data-tone="warning">
          <Problem problem={problem} table={diff} language={language} />
        </div>
      )}
      {summary === null ? (
        <div className="jp-BigUpload-tableEmpty">
          {problem === null && <p role="status">{trans.__('Comparing…')}</p>}
        </div>
      ) : count === 0 ? (
        <div className="jp-BigUpload-tableEmpty">
          <p>
            {KINDS.some(kind => summary.counts[kind] > 0)
              ? trans.__('No row of these kinds is different.')
              : trans.__('No row is different.')}
          </p>
        </div>
      ) : (
        <div className="jp-BigUpload-tableBody">
          <DiffGrid
            label={trans.__('Changes of %1', table)}
            diff={diff}
            summary={summary}
            language={language}
          />
        </div>
      )}
    </div>
  );
}

function headingOf(
  { diff, isPending }: IDiffViewProps,
  { trans }: ILanguage
): string {
  const { database, table, from, to } = diff.comparison;
  const name = baseName(database);
  return isPending
    ? trans.__('“%1” in %2: what the import would change', table, name)
    : trans.__(
        '“%1” in %2: %3 → %4',
        table,
        name,
        shortHash(from),
        shortHash(to)
      );
}

/** Commit the import, or have nothing of it. */
function Decide({
  diff,
  services,
  onOutcome
}: IDiffViewProps & {
  readonly onOutcome: (text: string) => void;
}): React.ReactElement {
  const { language, operations } = services;
  const { trans } = language;
  const { database, table, to } = diff.comparison;
  const counts = diff.state.summary?.counts;
  const commit = async () => {
    const hash = await askForCommit({
      title: trans.__('Commit the import'),
      message:
        counts === undefined
          ? trans.__('Import into %1', table)
          : trans.__(
              'Import into %1: %2',
              table,
              countsInWords(counts, language)
            ),
      submitLabel: trans.__('Commit'),
      language,
      submit: async given => {
        const { result } = await runToEnd(
          operations,
          'commit_import',
          database,
          { import: to, ...given }
        );
        const commit = result?.['commit'];
        return typeof commit === 'string' ? commit : '';
      }
    });
    if (hash !== null) {
      onOutcome(trans.__('The import is commit %1.', shortHash(hash)));
    }
  };
  const discard = async () => {
    if (await discardImport({ database, table, import: to }, services)) {
      onOutcome(trans.__('The import was discarded. Nothing has changed.'));
    }
  };
  return (
    <>
      <TextButton label={trans.__('Commit…')} onClick={() => void commit()} />
      <TextButton label={trans.__('Discard…')} onClick={() => void discard()} />
    </>
  );
}

/** How many rows are different, and which of them are shown. */
function Filter({
  diff,
  language
}: {
  readonly diff: IDiff;
  readonly language: ILanguage;
}): React.ReactElement {
  const { trans, format } = language;
  const { summary, kinds } = diff.state;
  return (
    <div
      className="jp-BigUpload-diffFilter"
      role="group"
      aria-label={trans.__('Which rows are shown')}
    >
      {KINDS.map(kind => {
        const isShown = kinds.includes(kind);
        return (
          <button
            key={kind}
            type="button"
            className="jp-BigUpload-diffKind"
            data-kind={kind}
            aria-pressed={isShown}
            onClick={() =>
              diff.filter(
                isShown ? kinds.filter(one => one !== kind) : [...kinds, kind]
              )
            }
          >
            <span aria-hidden>{SIGNS[kind]}</span>
            {countInWords(kind, summary?.counts[kind] ?? 0, language)}
          </button>
        );
      })}
      <span className="jp-BigUpload-diffSame">
        {trans.__(
          '%1 as before',
          format.count(summary?.counts.unmodified ?? 0)
        )}
      </span>
    </div>
  );
}

/** What is different in the columns. */
function Schema({
  changes,
  language: { trans }
}: {
  readonly changes: readonly string[];
  readonly language: ILanguage;
}): React.ReactElement | null {
  return changes.length === 0 ? null : (
    <div className="jp-BigUpload-tableBanner">
      <ul
        className="jp-BigUpload-diffSchema"
        aria-label={trans.__('What is different in the columns')}
      >
        {changes.map(change => (
          <li key={change}>{change}</li>
        ))}
      </ul>
    </div>
  );
}
