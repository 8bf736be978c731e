import { Clipboard } from '@jupyterlab/apputils';
import { checkIcon, copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { IconButton } from './iconButton';
import type { ILanguage } from '../text/language';

interface ICopyButtonProps {
  readonly text: string;
  /** What it copies: “Copy the URL”. */
  readonly label: string;
  readonly language: ILanguage;
}

/** Copies a text, and says that it did until the text is another one. */
export function CopyButton(props: ICopyButtonProps): React.ReactElement {
  const { text, label, language } = props;
  const [copied, setCopied] = React.useState<string | null>(null);
  const done = copied === text;
  return (
    <IconButton
      icon={done ? checkIcon : copyIcon}
      label={done ? language.trans.__('Copied') : label}
      onClick={() => {
        Clipboard.copyToSystem(text);
        setCopied(text);
      }}
    />
  );
}
