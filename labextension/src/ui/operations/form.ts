/** What a form is made of: the schema of a kind, with the places that this page knows. */

import type { IDestination } from '../../destinations';
import type { IKind, IProperty, IThing } from '../../engine/operations/model';
import { defaultsOf, parameterOf } from '../../engine/operations/model';
import { baseName } from '../text/filename';
import { HOME } from '../../engine/ports';

export type Values = Readonly<Record<string, unknown>>;

/** What the page knows of places. */
export interface IPlaces {
  readonly destinations: readonly IDestination[];
  /** Where the person's next files go: the name of a destination. */
  readonly chosen: string;
  /** The folder that is open in a destination; '' for its root. */
  readonly folderIn: (destination: string) => string;
}

export interface IForm {
  /** For the form: the names of destinations are a list of their titles. */
  readonly schema: IKind['parameters'];
  /** What it has at first. */
  readonly initial: Values;
  /** What it has after a change by the person. */
  readonly follow: (before: Values, after: Values) => Values;
}

/** @param subjects - what it is about, none for a kind that takes nothing. */
export function formOf(
  kind: IKind,
  subjects: readonly Pick<IThing, 'destination' | 'path'>[],
  places: IPlaces
): IForm {
  const to = parameterOf(kind, 'destination');
  const folder = parameterOf(kind, 'folder');
  const name = parameterOf(kind, 'name');
  const initial: Record<string, unknown> = { ...defaultsOf(kind) };
  const [first] = subjects;
  if (to !== null) {
    initial[to] = likelyTarget(first?.destination, places) ?? initial[to];
  }
  if (folder !== null) {
    const at = to === null ? (first?.destination ?? HOME) : initial[to];
    initial[folder] = places.folderIn(String(at));
  }
  if (name !== null && first !== undefined) {
    initial[name] = baseName(first.path);
  }
  return {
    schema: withTitles(kind.parameters, places.destinations, initial),
    initial,
    follow: (before, after) =>
      to === null ||
      folder === null ||
      before[to] === after[to] ||
      // The person has said which.
      after[folder] !== places.folderIn(String(before[to]))
        ? after
        : { ...after, [folder]: places.folderIn(String(after[to])) }
  };
}

/** Where something most likely goes: elsewhere, to where the person's files go, or else to the first place there is. */
function likelyTarget(
  from: string | undefined,
  { destinations, chosen }: IPlaces
): string | null {
  if (chosen !== from) {
    return chosen;
  }
  const others = destinations.filter(
    ({ name, state }) => name !== from && state !== 'failed'
  );
  return others[0]?.name ?? null;
}

function withTitles(
  parameters: IKind['parameters'],
  destinations: readonly IDestination[],
  initial: Values
): IKind['parameters'] {
  if (destinations.length === 0 || parameters.properties === undefined) {
    return parameters;
  }
  const choices = destinations.map(({ name, title }) => ({
    const: name,
    title
  }));
  return {
    ...parameters,
    properties: Object.fromEntries(
      Object.entries(parameters.properties).map(([name, property]) => [
        name,
        property.format === 'destination'
          ? withChoices(property, choices, initial[name])
          : property
      ])
    )
  };
}

function withChoices(
  { type, title, description }: IProperty,
  oneOf: readonly { readonly const: string; readonly title: string }[],
  initial: unknown
): IProperty {
  return {
    type,
    title,
    ...(description === undefined ? {} : { description }),
    oneOf,
    // Without one, a list begins with nothing.
    default: initial
  };
}
