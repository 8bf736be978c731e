import * as React from 'react';
import type { ILanguage } from '../text/language';
import { stepsTo } from '../destinations/places';

interface IBreadcrumbsProps {
  /** Title of the root. */
  readonly root: string;
  readonly prefix: string;
  readonly language: ILanguage;
  readonly go: (prefix: string) => void;
}

/** The folder that is shown, and the way back from it. */
export function Breadcrumbs(props: IBreadcrumbsProps): React.ReactElement {
  const { root, prefix, language, go } = props;
  const steps = [{ name: root, prefix: '' }, ...stepsTo(prefix)];
  return (
    <nav
      className="jp-BigUpload-breadcrumbs"
      aria-label={language.trans.__('Folder')}
    >
      <ol role="list">
        {steps.map((step, index) => (
          <li key={step.prefix}>
            <button
              type="button"
              className="jp-BigUpload-crumb"
              title={step.name}
              aria-current={index === steps.length - 1 ? 'location' : undefined}
              onClick={() => go(step.prefix)}
            >
              {step.name}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
