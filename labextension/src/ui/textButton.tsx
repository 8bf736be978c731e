import * as React from 'react';

interface ITextButtonProps {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** A button that stays in its place, and keeps the focus, while it has nothing to do. */
export function TextButton(props: ITextButtonProps): React.ReactElement {
  const { label, disabled = false, onClick } = props;
  return (
    <button
      type="button"
      className="jp-BigUpload-textButton"
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      {label}
    </button>
  );
}
