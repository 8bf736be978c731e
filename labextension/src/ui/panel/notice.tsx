import * as React from 'react';
import type { ITransfer, ITreeProgress } from '../../engine/model';
import type { ILanguage } from '../text/language';
import { baseName } from '../text/filename';
import { explain } from '../text/messages';
import { doneInWords, filesInWords, outcomeInWords } from '../text/treeText';
import { useNow } from '../hooks/useNow';

interface INoticeProps {
  readonly transfer: ITransfer;
  readonly language: ILanguage;
  /** A page of this server that asks for a login. */
  readonly loginUrl: string;
}

/** Why a transfer stands still and what helps; nothing while all is well. */
export function Notice(props: INoticeProps): React.ReactElement | null {
  const { transfer, language } = props;
  const { trans } = language;
  if (transfer.tree !== null) {
    return <TreeNotice {...props} tree={transfer.tree} />;
  }
  switch (transfer.state) {
    case 'failed':
      return (
        <Line title={transfer.error?.message}>{explain(trans, transfer)}</Line>
      );
    case 'waiting':
      return (
        <Line title={transfer.error?.message}>
          {explain(trans, transfer)} <WhatNext {...props} />
        </Line>
      );
    case 'comparing':
      return (
        <Line>
          {trans.__(
            'A file of this name and size is already there. If it is the same, nothing is sent.'
          )}
        </Line>
      );
    case 'unfinished':
      return (
        <Line>
          <Unfinished {...props} />
        </Line>
      );
    case 'done':
      return <Outcome {...props} />;
    case 'queued':
    case 'listing':
    case 'uploading':
    case 'conflict':
    case 'paused':
    case 'finishing':
    case 'skipped':
    case 'cancelled':
      return null;
  }
}

/** How many files there are, and what became of them; and why it stands still. */
function TreeNotice(
  props: INoticeProps & { readonly tree: ITreeProgress }
): React.ReactElement {
  const { transfer, tree, language } = props;
  const { trans, format } = language;
  const { state, error } = transfer;
  if (state === 'unfinished') {
    return (
      <Line>
        {tree.files > 0 && `${filesInWords(tree.files, language)} · `}
        <Unfinished {...props} />
      </Line>
    );
  }
  const parts = tree.isListed
    ? [
        tree.left > 0 && doneInWords(tree, language),
        state === 'uploading' &&
          (tree.filesPerSecond ?? 0) > 0 &&
          format.filesRate(tree.filesPerSecond ?? 0),
        outcomeInWords(tree, language)
      ]
    : [tree.files > 0 && filesInWords(tree.files, language)];
  const why = error !== null && explain(trans, transfer);
  return (
    <div className="jp-BigUpload-notice">
      <p className="jp-BigUpload-outcome">
        {parts.filter(Boolean).join(' · ')}
      </p>
      {why && (
        <p title={error?.message}>
          {why} {state === 'waiting' && <WhatNext {...props} />}
        </p>
      )}
      {tree.leftOut > 0 && (
        <p>
          {trans.__(
            'This server takes no hidden files. Ask who runs it to allow them (ContentsManager.allow_hidden).'
          )}
        </p>
      )}
    </div>
  );
}

function Line(props: {
  readonly title?: string | undefined;
  readonly children: React.ReactNode;
}): React.ReactElement {
  return (
    <p className="jp-BigUpload-notice" title={props.title}>
      {props.children}
    </p>
  );
}

/** What ends the waiting: a login, the network, or time. */
function WhatNext(props: INoticeProps): React.ReactElement | null {
  const { transfer, language, loginUrl } = props;
  const { error, retryAt } = transfer;
  const { trans } = language;
  if (error?.reason === 'unauthorized') {
    return (
      <>
        <a
          className="jp-BigUpload-link"
          href={loginUrl}
          target="_blank"
          rel="noreferrer"
        >
          {trans.__('Log in…')}
        </a>{' '}
        {trans.__('The upload goes on by itself afterwards.')}
      </>
    );
  }
  return error?.reason === 'offline' || retryAt === null ? null : (
    <RetryCountdown retryAt={retryAt} language={language} />
  );
}

/** Counts down to the next attempt; only this text renders each second. */
export function RetryCountdown(props: {
  readonly retryAt: number;
  readonly language: ILanguage;
}): React.ReactElement {
  const { trans, format } = props.language;
  const seconds = (props.retryAt - useNow(1000)) / 1000;
  return (
    <>
      {seconds > 0
        ? trans.__('Trying again in %1.', format.duration(seconds))
        : trans.__('Trying again now.')}
    </>
  );
}

/** How old it is, what Resume will ask for, and how long that can wait. */
function Unfinished({
  transfer: { error, remembered, updated, expires, tree },
  language: { trans, format }
}: INoticeProps): React.ReactElement {
  const again =
    tree === null
      ? trans.__('To resume, choose the same file again.')
      : trans.__(
          'To resume, choose or drop the same folder again; what has arrived is not sent twice.'
        );
  const now = useNow(60_000);
  const sentences = [
    error?.reason === 'source_changed' &&
      trans.__(
        'The file that you chose has changed since this was begun, so it is uploaded by itself.'
      ),
    updated !== null
      ? trans.__('Interrupted %1.', format.ago(new Date(updated), now))
      : tree === null
        ? trans.__('Not begun on your last visit.')
        : trans.__('Not finished on your last visit.'),
    remembered
      ? tree === null
        ? trans.__('Resume opens the file again by itself.')
        : trans.__('Resume opens the folder again by itself.')
      : again,
    expires !== null &&
      trans.__(
        'What is there is kept until %1.',
        format.date(new Date(expires))
      )
  ];
  return <>{sentences.filter(Boolean).join(' ')}</>;
}

/** What a person would not expect of a file that is done. */
function Outcome({
  transfer: { identical, name, path },
  language: { trans }
}: INoticeProps): React.ReactElement | null {
  if (identical) {
    return (
      <Line>{trans.__('Already there: the same file, nothing was sent.')}</Line>
    );
  }
  const stored = baseName(path);
  return stored === name ? null : (
    <Line>{trans.__('Saved as “%1”.', stored)}</Line>
  );
}
