import * as React from 'react';

/** Outlines on a grid of 24, as Material Symbols are drawn. */
const PATHS = {
  upload: 'M5 20h14v-2H5v2Zm4-4h6v-6h4l-7-7-7 7h4v6Z',
  file: 'M6 2a2 2 0 0 0-2 2v16c0 1.1.9 2 2 2h12a2 2 0 0 0 2-2V8l-6-6H6Zm7 7V3.5L18.5 9H13Z',
  done: 'm9 16.2-4.2-4.2-1.4 1.4L9 19 21 7l-1.4-1.4L9 16.2Z',
  failed:
    'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm1 15h-2v-2h2v2Zm0-4h-2V7h2v6Z',
  pause: 'M6 19h4V5H6v14Zm8-14v14h4V5h-4Z',
  resume: 'M8 5v14l11-7L8 5Z',
  retry:
    'M17.65 6.35A8 8 0 1 0 19.73 14h-2.08A6 6 0 1 1 12 6c1.66 0 3.14.69 4.22 1.78L13 11h7V4l-2.35 2.35Z',
  close:
    'M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4l5.6 5.6L5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6L19 6.4Z'
} as const;

export type IconName = keyof typeof PATHS;

/** For the eye alone: what it means stands beside it, or on its button. */
export function Icon(props: { readonly name: IconName }): React.ReactElement {
  return (
    <svg
      className="jp-BigUploadWidget-icon"
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path d={PATHS[props.name]} fill="currentColor" />
    </svg>
  );
}

/** A button that is an icon; its label is read aloud, and shown under the pointer. */
export function IconButton(props: {
  readonly name: IconName;
  readonly label: string;
  readonly onClick: () => void;
}): React.ReactElement {
  const { name, label, onClick } = props;
  return (
    <button
      type="button"
      className="jp-BigUploadWidget-iconButton"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon name={name} />
    </button>
  );
}
