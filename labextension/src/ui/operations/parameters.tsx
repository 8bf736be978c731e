/** The form in which a person says how something is to be done; it is made of the schema of the kind. */

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import { FormComponent } from '@jupyterlab/ui-components';
import type { IFormComponentProps } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IKind } from '../../engine/operations/model';
import type { ILanguage } from '../text/language';
import type { IForm, Values } from './form';

/** @returns null when the person does not want it after all. */
export async function askForParameters(
  kind: IKind,
  options: {
    readonly title: string;
    readonly form: IForm;
    /** What the form has at first. */
    readonly values: Values;
    /** Why the server did not take `values`; null before it was asked. */
    readonly refusal: string | null;
    readonly language: ILanguage;
  }
): Promise<Values | null> {
  const { title, form, values, refusal, language } = options;
  const { button, value } = await showDialog({
    title,
    body: new ParametersForm(kind, form, values, refusal),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: language.trans.__('Start') })
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
    private readonly form: IForm,
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
    const { kind, form, refusal } = this;
    return (
      <div className="jp-BigUpload-form">
        <p>{kind.description}</p>
        <Fields
          form={form}
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
  readonly form: IForm;
  readonly initial: Values;
  readonly onChange: (values: Values) => void;
}): React.ReactElement {
  const { form, initial, onChange } = props;
  const [values, setValues] = React.useState(initial);
  const root = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    // A busy page may draw the form after the dialog has looked for what to focus.
    const first = root.current?.querySelector<HTMLElement>(FIELD);
    first?.focus();
    if (first instanceof HTMLInputElement) {
      first.select();
    }
  }, []);
  React.useEffect(() => nameFields(root.current));
  return (
    <div ref={root}>
      <FormComponent
        // A form within the dialog would be sent by Enter, which is the dialog's.
        tagName="div"
        schema={form.schema as IFormComponentProps['schema']}
        validator={SERVER_CHECKS}
        formData={values as IFormComponentProps['formData']}
        onChange={({ formData }) => {
          const next = form.follow(values, formData ?? {});
          setValues(next);
          onChange(next);
        }}
        compact
        showErrorList={false}
      />
    </div>
  );
}

/** JupyterLab writes what a field is called above it, but does not say so to a screen reader. */
function nameFields(form: HTMLElement | null): void {
  for (const wrapper of form?.querySelectorAll('.jp-inputFieldWrapper') ?? []) {
    const group = wrapper.parentElement;
    const label = group?.querySelector('.jp-FormGroup-fieldLabel') ?? null;
    const field = wrapper.querySelector(FIELD);
    if (label !== null && field !== null) {
      label.id = `${field.id}__label`;
      field.setAttribute('aria-labelledby', label.id);
    }
    const description =
      group?.querySelector('.jp-FormGroup-description') ?? null;
    if (description !== null && field !== null) {
      description.id = `${field.id}__about`;
      field.setAttribute('aria-describedby', description.id);
    }
  }
}

/** The server holds what it gets against the same schema, and says in words what is wrong with it. */
const SERVER_CHECKS: IFormComponentProps['validator'] = {
  isValid: () => true,
  rawValidation: () => ({}),
  toErrorList: () => [],
  validateFormData: () => ({ errors: [], errorSchema: {} })
};
