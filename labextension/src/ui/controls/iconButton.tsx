import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Icon } from './icon';

interface IIconButtonProps extends Pick<
  React.ButtonHTMLAttributes<HTMLButtonElement>,
  'aria-expanded' | 'aria-controls' | 'aria-haspopup'
> {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
}

/** A button that is an icon; its label is read aloud, and shown under the pointer. */
export function IconButton(props: IIconButtonProps): React.ReactElement {
  const { icon, label, onClick, ...aria } = props;
  return (
    <button
      {...aria}
      type="button"
      className="jp-BigUpload-iconButton"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon icon={icon} className="jp-BigUpload-buttonIcon" />
    </button>
  );
}
