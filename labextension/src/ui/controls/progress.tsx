import * as React from 'react';

/** A bar that is `percent` full. */
export function Progress(props: {
  readonly label: string;
  /** A whole number from 0 to 100; null while nobody knows. */
  readonly percent: number | null;
  /** The part of it that would survive: the rest is drawn paler. All of it by default. */
  readonly kept?: number;
  /** The same for a person who does not see the bar. */
  readonly text: string;
}): React.ReactElement {
  const { percent } = props;
  const moving = percent ?? 100;
  const kept = props.kept ?? moving;
  return (
    <div
      className="jp-BigUpload-progress"
      data-indeterminate={percent === null || undefined}
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={props.text}
    >
      {/* A transform moves the bar without a new layout of the page. */}
      <div
        className="jp-BigUpload-progressMoving"
        style={{ transform: `translateX(${moving - 100}%)` }}
      />
      <div
        className="jp-BigUpload-progressFill"
        style={{ transform: `translateX(${kept - 100}%)` }}
      />
    </div>
  );
}
