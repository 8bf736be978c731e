import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';
import type { ILanguage } from '../text/language';

export interface ICatalogChoice {
  /** Path of the YAML file from the server's root. */
  readonly catalog: string;
  readonly description: string;
}

/** @returns null when the person does not want it after all. */
export async function askForCatalog(
  name: string,
  { trans }: ILanguage,
  /** What was chosen last. */
  last: string
): Promise<ICatalogChoice | null> {
  const body = new CatalogForm(trans.__('Catalog file'), last, {
    help: trans.__(
      'A path from the root of your files. A file that is not there yet is made; one that is keeps its other entries.'
    ),
    description: trans.__('Description (may be left empty)')
  });
  const { button, value } = await showDialog({
    title: trans.__('Add “%1” to a catalog', name),
    body,
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Add to catalog') })
    ],
    focusNodeSelector: 'input'
  });
  return button.accept && value !== null && value.catalog !== '' ? value : null;
}

class CatalogForm
  extends ReactWidget
  implements Dialog.IBodyWidget<ICatalogChoice>
{
  constructor(
    private readonly label: string,
    catalog: string,
    private readonly texts: { help: string; description: string }
  ) {
    super();
    this.value = { catalog, description: '' };
  }

  getValue(): ICatalogChoice {
    const { catalog, description } = this.value;
    return { catalog: catalog.trim(), description: description.trim() };
  }

  protected override render(): React.ReactElement {
    return (
      <div className="jp-BigUpload-form">
        <label>
          {this.label}
          <input
            type="text"
            className="jp-mod-styled"
            defaultValue={this.value.catalog}
            spellCheck={false}
            onChange={({ target }) => {
              this.value = { ...this.value, catalog: target.value };
            }}
          />
        </label>
        <p>{this.texts.help}</p>
        <label>
          {this.texts.description}
          <input
            type="text"
            className="jp-mod-styled"
            onChange={({ target }) => {
              this.value = { ...this.value, description: target.value };
            }}
          />
        </label>
      </div>
    );
  }

  private value: ICatalogChoice;
}
