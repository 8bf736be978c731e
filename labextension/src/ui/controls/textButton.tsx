import * as React from 'react';

interface ITextButtonProps extends Pick<
  React.ButtonHTMLAttributes<HTMLButtonElement>,
  'aria-expanded' | 'aria-controls'
> {
  readonly label: string;
  /** What it is about, for a person who does not see what stands beside it. */
  readonly about?: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** A button that stays in its place, and keeps the focus, while it has nothing to do. */
export function TextButton(props: ITextButtonProps): React.ReactElement {
  const { label, about, disabled = false, onClick, ...aria } = props;
  return (
    <button
      {...aria}
      type="button"
      className="jp-BigUpload-textButton"
      aria-disabled={disabled}
      aria-label={about === undefined ? undefined : `${label} (${about})`}
      onClick={disabled ? undefined : onClick}
    >
      {label}
    </button>
  );
}
