/** The form in which a person says how something is to be done; it is made of the schema of the kind. */

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import { FormComponent } from '@jupyterlab/ui-components';
import type { IFormComponentProps } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IKind } from '../../engine/operations/model';
import type { ILanguage } from '../text/language';

type Values = Readonly<Record<string, unknown>>;

/** @returns null when the person does not want it after all. */
export async function askForParameters(
  kind: IKind,
  options: {
    /** What it is about: the name of a file. */
    readonly subject: string;
    readonly values: Values;
    /** Why the server did not take `values`; null before it was asked. */
    readonly refusal: string | null;
    readonly language: ILanguage;
  }
): Promise<Values | null> {
  const { trans } = options.language;
  const { button, value } = await showDialog({
    title: trans.__('%1: %2', kind.title, options.subject),
    body: new ParametersForm(kind, options.values, options.refusal),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Start') })
    ],
    focusNodeSelector: FIELD
  });
  return button.accept ? value : null;
}

/** What takes the focus. */
const FIELD = 'input, select, textarea';

class ParametersForm extends ReactWidget implements Dialog.IBodyWidget<Values> {
  constructor(
    private readonly kind: IKind,
    private values: Values,
    private readonly refusal: string | null
  ) {
    super();
    this.addClass('jp-BigUpload-parameters');
  }

  getValue(): Values {
    return this.values;
  }

  protected override render(): React.ReactElement {
    const { kind, refusal } = this;
    return (
      <div className="jp-BigUpload-form">
        <p>{kind.description}</p>
        <Fields
          schema={kind.parameters}
          initial={this.values}
          onChange={values => {
            this.values = values;
          }}
        />
        {refusal !== null && (
          <p className="jp-BigUpload-warning" role="alert">
            {refusal}
          </p>
        )}
      </div>
    );
  }
}

function Fields(props: {
  readonly schema: IKind['parameters'];
  readonly initial: Values;
  readonly onChange: (values: Values) => void;
}): React.ReactElement {
  const { schema, initial, onChange } = props;
  const [values, setValues] = React.useState(initial);
  const root = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    // A busy page may draw the form after the dialog has looked for what to focus.
    root.current?.querySelector<HTMLElement>(FIELD)?.focus();
  }, []);
  return (
    <div ref={root}>
      <FormComponent
        // A form within the dialog would be sent by Enter, which is the dialog's.
        tagName="div"
        schema={schema as IFormComponentProps['schema']}
        validator={SERVER_CHECKS}
        formData={values as IFormComponentProps['formData']}
        onChange={({ formData }) => {
          const next = (formData ?? {}) as Values;
          setValues(next);
          onChange(next);
        }}
        compact
        showErrorList={false}
      />
    </div>
  );
}

/** The server holds what it gets against the same schema, and says in words what is wrong with it. */
const SERVER_CHECKS: IFormComponentProps['validator'] = {
  isValid: () => true,
  rawValidation: () => ({}),
  toErrorList: () => [],
  validateFormData: () => ({ errors: [], errorSchema: {} })
};
