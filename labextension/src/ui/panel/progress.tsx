import * as React from 'react';

/** A bar that is `percent` full. */
export function Progress(props: {
  readonly label: string;
  /** A whole number from 0 to 100. */
  readonly percent: number;
  /** The same for a person who does not see the bar. */
  readonly text: string;
}): React.ReactElement {
  return (
    <div
      className="jp-BigUpload-progress"
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={props.percent}
      aria-valuetext={props.text}
    >
      <div
        className="jp-BigUpload-progressFill"
        // A transform moves the bar without a new layout of the page.
        style={{ transform: `translateX(${props.percent - 100}%)` }}
      />
    </div>
  );
}
