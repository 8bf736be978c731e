import * as React from 'react';

/** A field with its name above it, and a hint below. */
export function Field(props: {
  readonly label: string;
  readonly hint?: React.ReactNode;
  readonly children: (
    id: string,
    hintId: string | undefined
  ) => React.ReactNode;
}): React.ReactElement {
  const id = React.useId();
  const hintId = props.hint ? `${id}-hint` : undefined;
  return (
    <div className="jp-BigUpload-field">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id, hintId)}
      {props.hint && (
        <p id={hintId} className="jp-BigUpload-fieldHint">
          {props.hint}
        </p>
      )}
    </div>
  );
}

export interface IChoice {
  readonly value: string;
  readonly title: string;
}

/** One of a list. What is chosen is in the list even where it is none of the usual ones. */
export function SelectField(props: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly IChoice[];
  readonly hint?: React.ReactNode;
  readonly onChange: (value: string) => void;
}): React.ReactElement {
  const { label, value, choices, hint, onChange } = props;
  const isUsual = choices.some(choice => choice.value === value);
  return (
    <Field label={label} hint={hint}>
      {(id, hintId) => (
        <select
          id={id}
          className="jp-mod-styled"
          aria-describedby={hintId}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        >
          {choices.map(choice => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
          {!isUsual && <option value={value}>{value}</option>}
        </select>
      )}
    </Field>
  );
}

/** A short text. What the person types stays until something else changes it. */
export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly hint?: React.ReactNode;
  readonly type?: 'text' | 'number' | 'email';
  readonly placeholder?: string;
  /** What is usual. */
  readonly suggestions?: readonly string[];
  readonly onChange: (value: string) => void;
}): React.ReactElement {
  const { label, value, hint, suggestions, onChange } = props;
  const [text, setText] = React.useState(value);
  const told = React.useRef(value);
  React.useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <Field label={label} hint={hint}>
      {(id, hintId) => (
        <>
          <input
            id={id}
            type={props.type ?? 'text'}
            min={0}
            className="jp-mod-styled"
            aria-describedby={hintId}
            list={suggestions && `${id}-list`}
            placeholder={props.placeholder}
            spellCheck={false}
            value={text}
            onChange={({ target }) => {
              told.current = target.value;
              setText(target.value);
              onChange(target.value);
            }}
          />
          {suggestions && (
            <datalist id={`${id}-list`}>
              {suggestions.map(one => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

export function CheckField(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): React.ReactElement {
  return (
    <label className="jp-BigUpload-checkField">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={({ target }) => props.onChange(target.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

/** One of few, all in sight. */
export function RadioField(props: {
  readonly label: string;
  readonly value: string | null;
  readonly choices: readonly (IChoice & { readonly hint?: string })[];
  readonly onChange: (value: string) => void;
}): React.ReactElement {
  const name = React.useId();
  return (
    <fieldset className="jp-BigUpload-radioField">
      <legend>{props.label}</legend>
      {props.choices.map(({ value, title, hint }) => (
        <label key={value} className="jp-BigUpload-checkField">
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          <span>
            {title}
            {hint && <small>{hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** A longer text. */
export function TextAreaField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): React.ReactElement {
  return (
    <Field label={props.label}>
      {id => (
        <textarea
          id={id}
          className="jp-mod-styled"
          value={props.value}
          onChange={({ target }) => props.onChange(target.value)}
          onKeyDown={event => {
            // Enter is the dialog's, but for a text of several lines.
            if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
              event.stopPropagation();
            }
          }}
        />
      )}
    </Field>
  );
}

/** Any of several, in a list that scrolls. */
export function CheckListField(props: {
  readonly label: string;
  readonly hint: string;
  readonly choices: readonly IChoice[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}): React.ReactElement {
  const { label, hint, choices, chosen, onChange } = props;
  const hintId = React.useId();
  return (
    <fieldset className="jp-BigUpload-radioField" aria-describedby={hintId}>
      <legend>{label}</legend>
      <div className="jp-BigUpload-checkList">
        {choices.map(({ value, title }) => (
          <CheckField
            key={value}
            label={title}
            checked={chosen.includes(value)}
            onChange={checked =>
              onChange(
                checked
                  ? [...chosen, value]
                  : chosen.filter(one => one !== value)
              )
            }
          />
        ))}
      </div>
      <p id={hintId} className="jp-BigUpload-fieldHint">
        {hint}
      </p>
    </fieldset>
  );
}
