import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';
import type { IDestinations } from '../../destinations';
import { baseName } from '../text/filename';
import { CodeSnippets } from './snippets';
import type { ILanguage } from '../text/language';

/** Show the code that opens a file, or a folder that is read as one. */
export async function showCode(
  {
    destination,
    path
  }: { readonly destination: string; readonly path: string },
  options: {
    readonly destinations: IDestinations;
    readonly language: ILanguage;
    /** Put code into a notebook; null where none is open. */
    readonly insert?: ((code: string) => void) | null;
  }
): Promise<void> {
  const { destinations, language, insert = null } = options;
  const { trans } = language;
  const body = ReactWidget.create(
    <CodeSnippets
      destinations={destinations}
      destination={destination}
      path={path}
      insert={insert}
      language={language}
    />
  );
  body.addClass('jp-BigUpload-codeDialog');
  await showDialog({
    title: trans.__('Open “%1”', baseName(path.replace(/\/$/, ''))),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
