import * as React from 'react';
import type { IDoltCommit, IHistory } from '../../engine/tables/versions';
import { SelectField, TextField } from '../controls/field';
import { TextButton } from '../controls/textButton';
import { submitForm } from '../dialogs/form';
import { runToEnd } from '../operations/toEnd';
import type { ITableServices } from '../tables/services';
import { shortHash } from '../text/doltText';
import { askForCommit } from './commitDialog';

interface ICommitsProps {
  readonly database: string;
  readonly history: IHistory;
  readonly services: ITableServices;
}

/** The commits of a database, the newest first, and what can be done with each. */
export function Commits(props: ICommitsProps): React.ReactElement {
  const { history, services } = props;
  const { trans } = services.language;
  const title = React.useId();
  return (
    <section aria-labelledby={title}>
      <h2 id={title}>{trans.__('Commits')}</h2>
      <table className="jp-BigUpload-historyList">
        <thead>
          <tr>
            <th scope="col">{trans.__('Commit')}</th>
            <th scope="col">{trans.__('Message')}</th>
            <th scope="col">{trans.__('Author')}</th>
            <th scope="col">{trans.__('Date')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {history.commits.map((commit, index) => (
            <Commit
              key={commit.hash}
              {...props}
              commit={commit}
              parent={history.commits[index + 1] ?? null}
              isNewest={index === 0}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Commit(
  props: ICommitsProps & {
    readonly commit: IDoltCommit;
    readonly parent: IDoltCommit | null;
    readonly isNewest: boolean;
  }
): React.ReactElement {
  const { commit, parent, isNewest, services } = props;
  const { trans, format } = services.language;
  const { hash, author, email, date, message } = commit;
  return (
    <tr>
      <th scope="row">
        <code title={hash}>{shortHash(hash)}</code>
      </th>
      <td title={message}>{message}</td>
      <td title={email}>{author}</td>
      <td>{format.moment(new Date(date))}</td>
      <td>
        <div className="jp-BigUpload-buttons">
          {parent !== null && (
            <TextButton
              label={trans.__('Changes')}
              about={shortHash(hash)}
              onClick={() => void showChanges(props, commit, parent)}
            />
          )}
          {!isNewest && (
            <TextButton
              label={trans.__('Go back to this…')}
              about={shortHash(hash)}
              onClick={() => void goBack(props, commit)}
            />
          )}
          <TextButton
            label={trans.__('Branch…')}
            about={shortHash(hash)}
            onClick={() => void makeBranch(props, commit)}
          />
        </div>
      </td>
    </tr>
  );
}

async function showChanges(
  { database, history, services }: ICommitsProps,
  commit: IDoltCommit,
  parent: IDoltCommit
): Promise<void> {
  const { trans } = services.language;
  const [first, ...others] = history.tables;
  if (first === undefined) {
    return;
  }
  const table =
    others.length === 0
      ? first.name
      : await submitForm<{ readonly table: string }, string>({
          title: trans.__('Changes in commit %1', shortHash(commit.hash)),
          initial: { table: first.name },
          submitLabel: trans.__('Show'),
          language: services.language,
          submit: ({ table }) => Promise.resolve(table),
          fields: (values, change) => (
            <SelectField
              label={trans.__('Table')}
              value={values.table}
              choices={history.tables.map(({ name }) => ({
                value: name,
                title: name
              }))}
              onChange={table => change({ table })}
            />
          )
        });
  if (table !== null) {
    services.openDiff(
      { database, table, from: parent.hash, to: commit.hash },
      false
    );
  }
}

/** A new commit whose tables are those of an old one: nothing is lost. */
async function goBack(
  { database, services }: ICommitsProps,
  { hash, message }: IDoltCommit
): Promise<void> {
  const { language, operations } = services;
  const { trans } = language;
  const [line = ''] = message.split('\n');
  await askForCommit({
    title: trans.__('Go back to commit %1', shortHash(hash)),
    message: trans.__('Go back to %1: %2', shortHash(hash), line),
    submitLabel: trans.__('Go back'),
    language,
    submit: given =>
      runToEnd(operations, 'restore_commit', database, {
        commit: hash,
        ...given
      })
  });
}

async function makeBranch(
  { database, services }: ICommitsProps,
  { hash }: IDoltCommit
): Promise<void> {
  const { language, operations } = services;
  const { trans } = language;
  await submitForm({
    title: trans.__('Branch at commit %1', shortHash(hash)),
    initial: { name: '' },
    submitLabel: trans.__('Create branch'),
    language,
    submit: ({ name }) =>
      runToEnd(operations, 'create_branch', database, { name, at: hash }),
    fields: (values, change) => (
      <TextField
        label={trans.__('Name')}
        value={values.name}
        onChange={name => change({ name: name.trim() })}
      />
    )
  });
}
