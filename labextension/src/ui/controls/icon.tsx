import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

interface IIconProps {
  readonly icon: LabIcon;
  readonly className: string;
}

/** An icon beside figures that change: JupyterLab works out its style anew each time that it is rendered. */
export const Icon = React.memo(({ icon, className }: IIconProps) => (
  <icon.react className={className} tag="span" elementSize="normal" />
));
Icon.displayName = 'Icon';
