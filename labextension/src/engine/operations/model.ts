/** What the page shows of operations, the long work of the server, and what can be done with them. */

import type { IListenable } from '../emitter';

/** A parameter of a kind: JSON Schema. */
export interface IProperty {
  readonly default?: unknown;
  /**
   * What a form makes of it: `destination`, the name of one; `folder`, a path in it; `name`, one for a single file or
   * folder, which has another so far.
   */
  readonly format?: string;
  readonly [keyword: string]: unknown;
}

/** A kind of operation, as the server describes it. */
export interface IKind {
  readonly name: string;
  /** What a person chooses it by. */
  readonly title: string;
  /** What it does, in a sentence. */
  readonly description: string;
  /** With `nothing` its path is that of a folder into which something comes. */
  readonly takes: 'file' | 'folder' | 'any' | 'nothing';
  /** With what the names end that it fits; empty for all. */
  readonly endings: readonly string[];
  /** Whether menus offer it. Others are started by views of tables and databases, with what these know. */
  readonly offered: boolean;
  /** JSON Schema of an object. */
  readonly parameters: {
    readonly properties?: Readonly<Record<string, IProperty>>;
    readonly [keyword: string]: unknown;
  };
  /** What whoever runs the server has to install first; null when nothing is missing. */
  readonly missing: string | null;
}

/** A file or a folder that something can be done with. */
export interface IThing {
  readonly destination: string;
  /** From the destination's root. */
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * Where an operation stands.
 *
 * - `queued`: the server does others first.
 * - `running`: a process of the server is at work.
 * - `cancelling`: it is being ended.
 * - `done`, `failed`, `cancelled`: over.
 */
export type OperationState =
  'queued' | 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';

/** An operation at one moment; immutable. A change makes a new one, so `===` tells whether a row must render. */
export interface IOperation {
  /** Of all rows, those of transfers too. */
  readonly key: string;
  /** Name of its `IKind`. */
  readonly kind: string;
  /** That of the kind; its name while the kinds are not known. */
  readonly title: string;
  readonly destination: string;
  /** Of the file or folder that it is about, from the destination's root. */
  readonly path: string;
  /** That of the file or folder; of one that is still to come as far as it is known. */
  readonly name: string;
  /** The folder that has it, from the destination's root. */
  readonly folder: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly state: OperationState;
  readonly progress: {
    readonly done: number;
    /** Null while nobody knows. */
    readonly total: number | null;
    /** `bytes`, `files`, `rows`, … */
    readonly unit: string;
  };
  /** Units a second over the last few seconds; null while unknown. */
  readonly rate: number | null;
  /** Seconds; null while unknown. */
  readonly timeLeft: number | null;
  /** What came of it, in state `done`. */
  readonly result: Readonly<Record<string, unknown>> | null;
  /** The file or folder that it made, in state `done`. */
  readonly made: IMade | null;
  /** The file or folder that is no longer there, in state `done`. */
  readonly removed: IMade | null;
  /** In state `failed`. */
  readonly error: {
    readonly reason: string;
    readonly message: string;
    /** The last that its process printed. */
    readonly output: string;
  } | null;
}

/** A file or a folder, from the root of its destination. */
export interface IMade {
  readonly destination: string;
  readonly path: string;
  readonly isFolder: boolean;
}

/** Why nothing is known of operations just now; they go on without the page. */
export interface ITrouble {
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since 1970; null where the page does not try again by itself. */
  readonly retryAt: number | null;
}

/** What the user interface sees of operations. */
export interface IOperations {
  /** In the order in which they were started: those of all pages, until somebody removes them. */
  readonly operations: readonly IOperation[];
  /** What the server can do; empty until that is known. */
  readonly kinds: readonly IKind[];
  /** Null while all is well. */
  readonly trouble: ITrouble | null;
  readonly changed: IListenable<void>;
  /** Once for each that is over while this page looks. */
  readonly ended: IListenable<IOperation>;

  /** The kinds that fit each of `things`; none where there are none. */
  fitting(things: readonly IThing[]): readonly IKind[];
  /** Ask the server what there is, and go on asking until all of it is over. Never throws. */
  look(): void;
  /**
   * Rejects with what the server says where it refuses, or can't be reached.
   *
   * @param parameters - what is left out is as the kind's schema says.
   */
  start(
    kind: string,
    place: Pick<IThing, 'destination' | 'path'>,
    parameters?: Readonly<Record<string, unknown>>
  ): Promise<IOperation>;
  /** Start one that failed once more, in its place. Rejects as `start` does. */
  again(key: string): Promise<void>;
  /** Resolves once the server knows of it; rejects where it can't be reached. */
  cancel(key: string): Promise<void>;
  /** Take those that are over off the list, for all pages. What they made stays. */
  clearFinished(): Promise<void>;
}

/** Whether a kind asks for anything before it can start. */
export function hasParameters({ parameters }: IKind): boolean {
  return Object.keys(parameters.properties ?? {}).length > 0;
}

/** Whether a kind is about files, or about folders. */
export function takes(kind: Pick<IKind, 'takes'>, isFolder: boolean): boolean {
  return kind.takes === 'any' || kind.takes === (isFolder ? 'folder' : 'file');
}

/** The parameter that a form has something for: of a `format`; null where there is none. */
export function parameterOf(
  { parameters: { properties = {} } }: IKind,
  format: 'destination' | 'folder' | 'name'
): string | null {
  return (
    Object.keys(properties).find(name => properties[name]?.format === format) ??
    null
  );
}

/** What a kind takes where a person says nothing. */
export function defaultsOf({
  parameters: { properties = {} }
}: IKind): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, one]) => one.default !== undefined)
      .map(([name, one]) => [name, one.default])
  );
}
