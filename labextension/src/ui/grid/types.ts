import type * as React from 'react';

export interface IGridColumn {
  readonly key: string;
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly head: React.ReactNode;
  /** The head for a person who does not see it. */
  readonly label: string;
  readonly tone?: string | undefined;
}

/** What is to be seen of a value. */
export interface ICell {
  /** Null for none; undefined while it is not there yet. */
  readonly text: string | null | undefined;
  /** What was there before, of a value that was changed. */
  readonly before?: string | null;
  readonly tone?: 'rejected' | 'added' | 'removed' | 'changed' | undefined;
  /** Shown before it, so that its tone is told by more than colour. */
  readonly sign?: string;
  /** Shown under the pointer. */
  readonly title?: string | undefined;
  /** The whole for a person who does not see it; by default what is shown. */
  readonly label?: string | undefined;
}

/** A row that has no values, but something to be said of it. */
export interface IRowNote {
  readonly text: string;
  readonly title: string;
  /** The whole for a person who does not see it. */
  readonly label: string;
}
