import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';
import type { ITransfer, TreeDecision } from '../../engine/model';
import type { ILanguage } from '../text/language';
import { nameOf } from '../text/treeText';

interface IFound {
  /** Files whose names are taken. */
  readonly taken: number;
  /** Those of them that have the size of what is there. */
  readonly sameSize: number;
}

/** Ask once for all files of a tree whose names are taken. @returns null when the person wants none of it. */
export async function askForTree(
  tree: ITransfer,
  found: IFound,
  place: string,
  language: ILanguage
): Promise<TreeDecision | null> {
  const { trans, format } = language;
  const body = new Choice(tree, found, place, language);
  const { button } = await showDialog({
    title: trans._n(
      '%2 file is already there',
      '%2 files are already there',
      found.taken,
      format.count(found.taken)
    ),
    body,
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Upload') })
    ]
  });
  return button.accept ? body.getValue() : null;
}

class Choice extends ReactWidget {
  private chosen: TreeDecision;

  constructor(
    private readonly tree: ITransfer,
    private readonly found: IFound,
    private readonly place: string,
    private readonly language: ILanguage
  ) {
    super();
    this.addClass('jp-BigUpload-conflict');
    this.chosen = found.sameSize > 0 ? 'changed' : 'rename';
  }

  getValue(): TreeDecision {
    return this.chosen;
  }

  protected override render(): React.ReactElement {
    return (
      <Options
        tree={this.tree}
        found={this.found}
        place={this.place}
        language={this.language}
        chosen={this.chosen}
        choose={decision => {
          this.chosen = decision;
        }}
      />
    );
  }
}

function Options(props: {
  readonly tree: ITransfer;
  readonly found: IFound;
  readonly place: string;
  readonly language: ILanguage;
  /** At first. */
  readonly chosen: TreeDecision;
  readonly choose: (decision: TreeDecision) => void;
}): React.ReactElement {
  const { tree, found, place, language, choose } = props;
  const { trans, format } = language;
  const { taken, sameSize } = found;
  const files = tree.tree?.files ?? taken;
  const [chosen, setChosen] = React.useState(props.chosen);
  return (
    <>
      <p>
        {trans.__(
          'Of the %1 files of “%2”, %3 have names that are taken in %4.',
          format.count(files),
          nameOf(tree, language),
          format.count(taken),
          place === '' ? trans.__('the home folder') : trans.__('“%1”', place)
        )}{' '}
        {sameSize > 0 &&
          trans._n(
            '%2 of them has the size of the one that is there, and may be the same.',
            '%2 of them have the size of those that are there, and may be the same.',
            sameSize,
            format.count(sameSize)
          )}{' '}
        {trans.__('What is there besides stays as it is.')}
      </p>
      <fieldset className="jp-BigUpload-choices">
        <legend className="jp-BigUpload-hidden">
          {trans.__('What to do with files that are there')}
        </legend>
        {optionsOf(found, language).map(({ decision, label, hint }) => (
          <label key={decision} className="jp-BigUpload-choice">
            <input
              type="radio"
              name="jp-BigUpload-treeDecision"
              checked={chosen === decision}
              onChange={() => {
                setChosen(decision);
                choose(decision);
              }}
            />
            <span>
              {label}
              <small>{hint}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </>
  );
}

function optionsOf(
  { sameSize }: IFound,
  { trans }: ILanguage
): readonly {
  readonly decision: TreeDecision;
  readonly label: string;
  readonly hint: string;
}[] {
  const changed = {
    decision: 'changed' as const,
    label: trans.__('Skip identical, replace the rest'),
    hint: trans.__('Compares digests; only what differs is sent.')
  };
  return [
    ...(sameSize > 0 ? [changed] : []),
    {
      decision: 'replace',
      label: trans.__('Replace all'),
      hint: trans.__('What is there is overwritten.')
    },
    {
      decision: 'rename',
      label: trans.__('Keep both'),
      hint: trans.__('New files get a number behind their names.')
    },
    {
      decision: 'skip',
      label: trans.__('Skip existing'),
      hint: trans.__('Only files that are not there are sent.')
    },
    {
      decision: 'each',
      label: trans.__('Decide one by one'),
      hint: trans.__('Asks for each file.')
    }
  ];
}
