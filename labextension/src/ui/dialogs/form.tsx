/** A dialog with fields, which comes back with what the server says where that refuses them. */

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';
import type { ILanguage } from '../text/language';
import { messageOf } from '../text/messages';

interface IFormOptions<T> {
  readonly title: string;
  readonly initial: T;
  /** What the button is called that sends it. */
  readonly submitLabel: string;
  readonly language: ILanguage;
  readonly fields: (
    values: T,
    change: (change: Partial<T>) => void
  ) => React.ReactNode;
}

/**
 * Ask until it is taken, or not wanted any more.
 *
 * @param submit - rejects where it is refused.
 * @returns null where it is not wanted.
 */
export async function submitForm<T extends object, R>(
  options: IFormOptions<T> & { readonly submit: (values: T) => Promise<R> }
): Promise<R | null> {
  const { title, submitLabel, submit } = options;
  let values = options.initial;
  let refusal: string | null = null;
  for (;;) {
    const body: FormBody<T> = new FormBody(options, values, refusal);
    const { button } = await showDialog({
      title,
      body,
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: submitLabel })],
      focusNodeSelector: TO_FOCUS
    });
    if (!button.accept) {
      return null;
    }
    values = body.values;
    try {
      return await submit(values);
    } catch (error) {
      refusal = messageOf(error);
    }
  }
}

const FIELD = ':is(input:not([type="hidden"]), select, textarea)';
/** A busy page asks late: by then the person may be in another field than the first. */
const TO_FOCUS = `${FIELD}:focus, .jp-BigUpload-formFields:not(:focus-within) ${FIELD}`;

class FormBody<T extends object> extends ReactWidget {
  constructor(
    private readonly options: IFormOptions<T>,
    public values: T,
    private readonly refusal: string | null
  ) {
    super();
    this.addClass('jp-BigUpload-formDialog');
  }

  protected override render(): React.ReactElement {
    const { options, refusal } = this;
    return (
      <>
        <Fields
          fields={options.fields}
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
      </>
    );
  }
}

function Fields<T extends object>({
  fields,
  initial,
  onChange
}: {
  readonly fields: IFormOptions<T>['fields'];
  readonly initial: T;
  readonly onChange: (values: T) => void;
}): React.ReactElement {
  const [values, setValues] = React.useState(initial);
  const root = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    // A busy page may draw the form after the dialog has looked for what to focus.
    root.current?.querySelector<HTMLElement>(FIELD)?.focus();
  }, []);
  const change = (changed: Partial<T>) =>
    setValues(before => {
      const after = { ...before, ...changed };
      onChange(after);
      return after;
    });
  return (
    <div ref={root} className="jp-BigUpload-formFields">
      {fields(values, change)}
    </div>
  );
}
