import * as React from 'react';
import type { TransferState } from '../../engine/model';
import { explain } from '../../ui/text/messages';
import { english } from '../english';
import type { IRow } from '../session';

const { trans } = english;

/** What has a screen reader say how uploads end; what had ended before it was there is not told. */
export function Announcements(props: {
  readonly rows: readonly IRow[];
}): React.ReactElement {
  const { rows } = props;
  const before = React.useRef(new Map<string, TransferState>());
  const [text, setText] = React.useState('');
  React.useEffect(() => {
    const told = rows.flatMap(({ key, transfer }) => {
      const last = before.current.get(key);
      before.current.set(key, transfer.state);
      if (last === undefined || last === transfer.state) {
        return [];
      }
      const { name, state } = transfer;
      return state === 'done'
        ? [trans.__('“%1” was uploaded.', name)]
        : state === 'failed'
          ? [
              trans.__(
                '“%1” was not uploaded. %2',
                name,
                explain(trans, transfer) ?? ''
              )
            ]
          : [];
    });
    if (told.length > 0) {
      setText(told.join(' '));
    }
  }, [rows]);
  return (
    <div className="jp-BigUploadWidget-spoken" aria-live="polite">
      {text}
    </div>
  );
}
