/**
 * The page's half of `jupyter_bigupload.widget.BigUpload`, as anywidget loads it: once for each widget of a page.
 *
 * A bundle of its own, without anything of JupyterLab: Voilà has none.
 */

import * as React from 'react';
import { render } from 'preact';
import type { ComponentChild } from 'preact';
import type { IModel } from './model';
import { serverOf } from './server';
import { App } from './view/app';
import { Widget } from './widget';

/** @returns what anywidget calls once for the widget, and for each of its views; each returns how to end it. */
export default function define(): {
  initialize(context: { readonly model: IModel }): () => void;
  render(context: { readonly el: HTMLElement }): () => void;
} {
  let widget: Widget | null = null;
  return {
    initialize: ({ model }) => {
      const made = new Widget(model, serverOf(document, window.location.href));
      widget = made;
      return () => made.dispose();
    },
    render: ({ el }) => {
      el.classList.add('jp-BigUploadWidget');
      if (widget !== null) {
        // In this bundle React is Preact, a tenth of its size: it travels to the page with each widget.
        const app: unknown = React.createElement(App, { widget });
        render(app as ComponentChild, el);
      }
      return () => render(null, el);
    }
  };
}
