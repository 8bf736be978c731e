import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';
import type { IDestination, IDestinations, IObject } from '../../destinations';
import { CodeSnippets } from './snippets';
import type { ILanguage } from '../text/language';

/** Show the code that opens an object. */
export async function showCode(
  { path, name }: IObject,
  options: {
    readonly destinations: IDestinations;
    readonly destination: IDestination;
    readonly language: ILanguage;
  }
): Promise<void> {
  const { destinations, destination, language } = options;
  const { trans } = language;
  const body = ReactWidget.create(
    <CodeSnippets
      destinations={destinations}
      destination={destination.name}
      path={path}
      language={language}
    />
  );
  body.addClass('jp-BigUpload-codeDialog');
  await showDialog({
    title: trans.__('Open “%1”', name),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
