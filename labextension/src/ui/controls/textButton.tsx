import * as React from 'react';

interface ITextButtonProps extends Pick<
  React.ButtonHTMLAttributes<HTMLButtonElement>,
  'aria-expanded' | 'aria-controls'
> {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** A button that stays in its place, and keeps the focus, while it has nothing to do. */
export function TextButton(props: ITextButtonProps): React.ReactElement {
  const { label, disabled = false, onClick, ...aria } = props;
  return (
    <button
      {...aria}
      type="button"
      className="jp-BigUpload-textButton"
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      {label}
    </button>
  );
}
