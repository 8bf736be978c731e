/** A folder to upload into. A bucket has none of its own: it is the beginning of the names in it. */

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';
import type { ILanguage } from '../text/language';
import { folderPath } from '../destinations/places';

/** @returns its path from where the person is; null when they do not want one after all. */
export async function askForFolder(
  language: ILanguage
): Promise<string | null> {
  const { trans } = language;
  let typed = '';
  for (;;) {
    const { button, value } = await showDialog({
      title: trans.__('New folder'),
      body: new FolderForm(typed, language),
      buttons: [
        Dialog.cancelButton(),
        Dialog.okButton({ label: trans.__('Open') })
      ],
      focusNodeSelector: 'input'
    });
    if (!button.accept || value === null) {
      return null;
    }
    const path = folderPath(value);
    if (path !== null) {
      return path;
    }
    typed = value;
  }
}

class FolderForm extends ReactWidget implements Dialog.IBodyWidget<string> {
  /** @param value - what was typed before, which was no name. */
  constructor(
    private value: string,
    private readonly language: ILanguage
  ) {
    super();
    this.refused = value !== '';
  }

  getValue(): string {
    return this.value;
  }

  protected override render(): React.ReactElement {
    const { trans } = this.language;
    return (
      <div className="jp-BigUpload-form">
        <label>
          {trans.__('Name')}
          <input
            type="text"
            className="jp-mod-styled"
            defaultValue={this.value}
            spellCheck={false}
            onChange={({ target }) => {
              this.value = target.value;
            }}
          />
        </label>
        {this.refused && (
          <p className="jp-BigUpload-warning" role="alert">
            {trans.__('A bucket cannot have a folder of this name.')}
          </p>
        )}
        <p>
          {trans.__(
            'A bucket has no empty folders: it appears with the first file that is uploaded into it.'
          )}
        </p>
      </div>
    );
  }

  private readonly refused: boolean;
}
