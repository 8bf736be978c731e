import * as React from 'react';
import type { ConflictDecision } from '../../engine/model';
import { HOME } from '../../engine/ports';
import { english } from '../english';
import type { IQuestion } from '../questions';
import type { IRow } from '../session';

const { trans, format } = english;

export interface IQuestionActions {
  readonly answer: (
    row: IRow,
    decision: ConflictDecision,
    all: boolean
  ) => void;
}

/** What to do with a file whose name is taken, asked where it stands. */
export function Question(props: {
  readonly row: IRow;
  readonly question: IQuestion;
  readonly actions: IQuestionActions;
}): React.ReactElement {
  const { row, question, actions } = props;
  const { name, existing, size, destination } = row.transfer;
  const [all, setAll] = React.useState(false);
  const id = React.useId();
  const there = existing?.size ?? null;
  const both: readonly [ConflictDecision, string] = [
    'rename',
    trans.__('Keep both')
  ];
  const choices: readonly (readonly [ConflictDecision, string])[] = [
    ...(question.canRename ? [both] : []),
    ['replace', trans.__('Replace')],
    ['skip', trans.__('Skip')]
  ];
  return (
    <div
      className="jp-BigUploadWidget-question"
      role="group"
      aria-labelledby={id}
    >
      <p id={id} role="alert">
        {destination === HOME
          ? trans.__('A file named “%1” is already there.', name)
          : trans.__('A file named “%1” is already in the bucket.', name)}
        {there !== null &&
          ` ${trans.__('It has %1, yours has %2.', format.bytes(there), format.bytes(size))}`}
      </p>
      <div className="jp-BigUploadWidget-choices">
        {choices.map(([decision, label]) => (
          <button
            key={decision}
            type="button"
            className="jp-BigUploadWidget-button"
            onClick={() => actions.answer(row, decision, all)}
          >
            {label}
          </button>
        ))}
        {question.hasOthers && (
          <label>
            <input
              type="checkbox"
              checked={all}
              onChange={({ target }) => setAll(target.checked)}
            />
            {trans.__('The same for all that were chosen together')}
          </label>
        )}
      </div>
    </div>
  );
}
