import { ellipsesIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { ILanguage } from '../text/language';
import { IconButton } from './iconButton';

/** Opens a menu of what else can be done with something. */
export function MoreButton(props: {
  /** Of what it is about. */
  readonly name: string;
  /** @param isByPointer - a key or a screen reader clicks without one. */
  readonly open: (button: HTMLElement, isByPointer: boolean) => void;
  readonly language: ILanguage;
}): React.ReactElement {
  return (
    <IconButton
      icon={ellipsesIcon}
      label={props.language.trans.__('More for %1', props.name)}
      aria-haspopup="menu"
      onClick={({ currentTarget, detail }) =>
        props.open(currentTarget, detail > 0)
      }
    />
  );
}
