/**
 * What to do with a file whose name is taken.
 */

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { Contents } from '@jupyterlab/services';
import * as React from 'react';

import type {
  ConflictDecision,
  IConflictResolver,
  ITransfer
} from '../engine/ports';
import type { ILanguage } from './language';

/** Asks in JupyterLab's dialog; closing it skips the file, which harms nothing. */
export class ConflictDialog implements IConflictResolver {
  constructor(
    private readonly contents: Pick<Contents.IManager, 'get'>,
    private readonly language: ILanguage
  ) {}

  async resolve(
    transfer: ITransfer,
    remaining: number
  ): Promise<{ decision: ConflictDecision; forAll: boolean }> {
    const { trans } = this.language;
    const existing = await this.existing(transfer.path);
    const { button, isChecked } = await showDialog({
      title: trans.__('“%1” is already there', transfer.name),
      body: ReactWidget.create(
        <Comparison
          transfer={transfer}
          existing={existing}
          language={this.language}
        />
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Skip') }),
        Dialog.warnButton({
          label: trans.__('Replace'),
          actions: ['replace' satisfies ConflictDecision]
        }),
        Dialog.okButton({
          label: trans.__('Keep both'),
          actions: ['rename' satisfies ConflictDecision]
        })
      ],
      checkbox:
        remaining > 0
          ? {
              label: trans._n(
                'Do this for all (%1 more file)',
                'Do this for all (%1 more files)',
                remaining
              )
            }
          : null
    });
    const [action] = button.actions;
    return {
      decision: action === 'replace' || action === 'rename' ? action : 'skip',
      forAll: isChecked === true
    };
  }

  /** The file that is in the way; null when it cannot be looked at, which must not keep the person from deciding. */
  private async existing(path: string): Promise<Contents.IModel | null> {
    try {
      return await this.contents.get(path, { content: false });
    } catch {
      return null;
    }
  }
}

function Comparison(props: {
  readonly transfer: ITransfer;
  readonly existing: Contents.IModel | null;
  readonly language: ILanguage;
}): React.ReactElement {
  const { transfer, existing, language } = props;
  const { trans, format } = language;
  return (
    <div className="jp-BigUpload-conflict">
      <p>
        {transfer.folder
          ? trans.__(
              'The folder “%1” has a file of this name.',
              transfer.folder
            )
          : trans.__('The folder has a file of this name.')}
      </p>
      <dl>
        {existing && (
          <>
            <dt>{trans.__('On the server')}</dt>
            <dd>
              {[
                typeof existing.size === 'number' &&
                  format.bytes(existing.size),
                trans.__(
                  'changed %1',
                  format.moment(new Date(existing.last_modified))
                )
              ]
                .filter(Boolean)
                .join(', ')}
            </dd>
          </>
        )}
        <dt>{trans.__('To upload')}</dt>
        <dd>{format.bytes(transfer.size)}</dd>
      </dl>
    </div>
  );
}
