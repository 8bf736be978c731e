import * as React from 'react';
import type { ISource } from '../../engine/ports';
import { useChanges } from '../../ui/hooks/useChanges';
import { explainMismatch } from '../../ui/text/messages';
import { totalText } from '../../ui/panel/totalText';
import { isAccepted, kindsInWords } from '../accept';
import { english } from '../english';
import type { IRow } from '../session';
import type { Widget } from '../widget';
import { Announcements } from './announcements';
import { Icon } from './icons';
import { Row } from './row';
import type { IRowActions } from './row';
import { useDrop } from './useDrop';
import { useTraits } from './useTraits';

const { trans } = english;

/** Something that a person is told of one row, or, without a key, of all of it. */
interface IProblem {
  readonly key: string | null;
  readonly text: string;
}

/** The whole widget; there may be several views of one. */
export function App({
  widget
}: {
  readonly widget: Widget;
}): React.ReactElement {
  const { session, reach } = widget;
  useChanges(widget.changed);
  const { multiple, accept, description, disabled, place } = useTraits(
    widget.model
  );
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const input = React.useRef<HTMLInputElement>(null);
  const main = React.useRef<HTMLButtonElement>(null);
  /** The row whose file was asked for last; null for new files. */
  const wanted = React.useRef<IRow | null>(null);
  const isOpen = !disabled && session !== null;
  const rows = session?.rows ?? [];

  const pick = (row: IRow | null) => {
    wanted.current = row;
    if (input.current !== null) {
      input.current.multiple = multiple && row === null;
      // Choosing the same file again is a change too.
      input.current.value = '';
      input.current.click();
    }
  };
  const take = (files: readonly File[], row: IRow | null) => {
    const [refused] = files.filter(file => !isAccepted(accept, file));
    const taken = files.filter(file => isAccepted(accept, file));
    const sources = widget.sourcesOf(taken);
    const [first] = sources;
    if (row !== null) {
      const text = first === undefined ? null : mismatch(row, first);
      setProblem(text === null ? null : { key: row.key, text });
      if (text === null && first !== undefined) {
        session?.add([first], row.transfer);
      }
      return;
    }
    setProblem(
      refused === undefined
        ? !multiple && taken.length > 1
          ? {
              key: null,
              text: trans.__(
                'One file goes here: “%1” was taken.',
                taken[0]?.name
              )
            }
          : null
        : {
            key: null,
            text: trans.__(
              '“%1” was not taken: choose %2 files.',
              refused.name,
              kindsInWords(accept)
            )
          }
    );
    session?.add(sources, place);
  };
  const drop = useDrop(isOpen, ({ items }) => {
    const dropped = [...items].filter(({ kind }) => kind === 'file');
    const hasFolder = dropped.some(
      item => item.webkitGetAsEntry()?.isDirectory === true
    );
    const files = dropped
      .filter(item => item.webkitGetAsEntry()?.isDirectory !== true)
      .flatMap(item => item.getAsFile() ?? []);
    take(files, null);
    if (hasFolder) {
      setProblem({
        key: null,
        text: trans.__(
          'Folders can’t be uploaded here: open the folder, and drop the files in it.'
        )
      });
    }
  });
  const actions: IRowActions = {
    pause: row => session?.pause(row),
    resume: row => (row.isOwn ? session?.resume(row) : pick(row)),
    retry: row => session?.retry(row),
    remove: row => {
      session?.remove(row);
      // The row goes away, and the keyboard would begin at the top of the page.
      main.current?.focus({ preventScroll: true });
    },
    answer: (row, decision, all) => session?.answer(row, decision, all)
  };
  return (
    <div
      {...drop.handlers}
      className="jp-BigUploadWidget-frame"
      data-drop={drop.isOver || undefined}
      role="group"
      aria-label={description.replace(/…$/, '')}
    >
      <input
        ref={input}
        type="file"
        hidden
        tabIndex={-1}
        accept={accept}
        onChange={({ currentTarget: { files } }) =>
          take([...(files ?? [])], wanted.current)
        }
      />
      <div className="jp-BigUploadWidget-head" data-empty={rows.length === 0}>
        <button
          ref={main}
          type="button"
          className="jp-BigUploadWidget-main"
          disabled={!isOpen}
          onClick={() => pick(null)}
        >
          <Icon name="upload" />
          <span>{description}</span>
        </button>
        <p className="jp-BigUploadWidget-hint">
          {drop.isOver
            ? trans.__('Drop to upload')
            : [
                multiple
                  ? trans.__('or drop files here')
                  : trans.__('or drop a file here'),
                accept !== '' && kindsInWords(accept),
                place.title !== '' && trans.__('to %1', place.title)
              ]
                .filter(Boolean)
                .join(' · ')}
        </p>
      </div>
      {reach?.state === 'closed' && (
        <div className="jp-BigUploadWidget-problem" role="alert">
          <p>{reach.problem}</p>
          {widget.canLookAgain && (
            <button
              type="button"
              className="jp-BigUploadWidget-button"
              onClick={() => void widget.look()}
            >
              {trans.__('Try again')}
            </button>
          )}
        </div>
      )}
      {problem?.key === null && (
        <p className="jp-BigUploadWidget-problem" role="alert">
          {problem.text}
        </p>
      )}
      {rows.length > 0 && (
        <ul className="jp-BigUploadWidget-list" aria-label={trans.__('Files')}>
          {rows.map(row => (
            <Row
              key={row.key}
              row={row}
              actions={actions}
              loginUrl={widget.loginUrl}
              problem={problem?.key === row.key ? problem.text : null}
            />
          ))}
        </ul>
      )}
      {rows.length > 1 && <Summary widget={widget} />}
      <Announcements rows={rows} />
    </div>
  );
}

/** All files in one line, and what can be done with all of them. */
function Summary({ widget }: { readonly widget: Widget }): React.ReactElement {
  const { session, transfers } = widget;
  const rows = session?.rows ?? [];
  const canPause = rows.some(({ transfer }) => transfer.can.pause);
  const canResume = rows.some(
    ({ transfer, isOwn }) => isOwn && transfer.state === 'paused'
  );
  const isAnyOver = rows.some(({ transfer }) =>
    ['done', 'skipped'].includes(transfer.state)
  );
  const button = (label: string, act: () => void) => (
    <button type="button" className="jp-BigUploadWidget-link" onClick={act}>
      {label}
    </button>
  );
  return (
    <div className="jp-BigUploadWidget-summary">
      <span>{transfers && totalText(transfers.totals, [], english)}</span>
      {canPause && button(trans.__('Pause all'), () => transfers?.pauseAll())}
      {!canPause &&
        canResume &&
        button(trans.__('Resume all'), () => transfers?.resumeAll())}
      {isAnyOver && button(trans.__('Clear finished'), () => session?.clear())}
    </div>
  );
}

function mismatch({ transfer }: IRow, source: ISource): string | null {
  const { name, size, lastModified } = transfer;
  return source.name === name &&
    source.size === size &&
    source.lastModified === lastModified
    ? null
    : trans.__(
        '%1 To go on with “%2”, choose the file that it was begun with.',
        explainMismatch(trans, { name, size, lastModified }, source),
        name
      );
}
