import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { Contents } from '@jupyterlab/services';
import * as React from 'react';
import type { IDestinations } from '../../destinations';
import type {
  ConflictDecision,
  ITransfer,
  TreeDecision
} from '../../engine/model';
import type { IConflictResolver } from '../../engine/ports';
import { HOME } from '../../engine/ports';
import type { ILanguage } from '../text/language';
import { placeOf } from '../destinations/places';
import { askForTree } from './treeConflict';

/** What is known of the file that is in the way. */
interface IExisting {
  /** Bytes. */
  readonly size: number | null;
  /** ISO 8601. */
  readonly changed: string | null;
}

/** Asks in JupyterLab's dialog; closing it skips the file, which harms nothing. */
export class ConflictDialog implements IConflictResolver {
  constructor(
    private readonly contents: Pick<Contents.IManager, 'get'>,
    private readonly destinations: Pick<IDestinations, 'list'>,
    private readonly language: ILanguage
  ) {}

  async resolve(
    transfer: ITransfer,
    remaining: number
  ): Promise<{ decision: ConflictDecision; forAll: boolean }> {
    const { trans } = this.language;
    const existing = await this.existing(transfer);
    const { button, isChecked } = await showDialog({
      title: trans.__('“%1” is already there', transfer.name),
      body: ReactWidget.create(
        <Comparison
          transfer={transfer}
          existing={existing}
          place={placeOf(this.destinations.list, transfer)}
          language={this.language}
        />
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Skip') }),
        Dialog.warnButton({
          label: trans.__('Replace'),
          actions: ['replace' satisfies ConflictDecision]
        }),
        ...(transfer.existing?.canRename === false
          ? []
          : [
              Dialog.okButton({
                label: trans.__('Keep both'),
                actions: ['rename' satisfies ConflictDecision]
              })
            ])
      ],
      // The last button is the one that Enter presses: it must harm nothing.
      defaultButton: transfer.existing?.canRename === false ? 0 : 2,
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

  resolveTree(
    tree: ITransfer,
    found: Parameters<IConflictResolver['resolveTree']>[1]
  ): Promise<TreeDecision | null> {
    const place = placeOf(this.destinations.list, tree);
    return askForTree(tree, found, place, this.language);
  }

  /** What is in the way; when it cannot be looked at, that must not keep the person from deciding. */
  private async existing({
    destination,
    path,
    existing
  }: ITransfer): Promise<IExisting> {
    const known = { size: existing?.size ?? null, changed: null };
    if (destination !== HOME) {
      return known;
    }
    try {
      const file = await this.contents.get(path, { content: false });
      return { size: file.size ?? known.size, changed: file.last_modified };
    } catch {
      return known;
    }
  }
}

function Comparison(props: {
  readonly transfer: ITransfer;
  readonly existing: IExisting;
  /** The folder. */
  readonly place: string;
  readonly language: ILanguage;
}): React.ReactElement {
  const { transfer, existing, place, language } = props;
  const { trans, format } = language;
  const { size, changed } = existing;
  return (
    <div className="jp-BigUpload-conflict">
      <p>
        {place
          ? trans.__('The folder “%1” has a file of this name.', place)
          : trans.__('The folder has a file of this name.')}
      </p>
      <dl>
        {(size !== null || changed !== null) && (
          <>
            <dt>
              {transfer.destination === HOME
                ? trans.__('On the server')
                : trans.__('In the bucket')}
            </dt>
            <dd>
              {[
                size !== null && format.bytes(size),
                changed !== null &&
                  trans.__('changed %1', format.moment(new Date(changed)))
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
