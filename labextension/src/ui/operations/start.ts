import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type {
  IKind,
  IOperation,
  IOperations,
  IThing
} from '../../engine/operations/model';
import { hasParameters } from '../../engine/operations/model';
import { placeOf } from '../destinations/places';
import type { ILanguage } from '../text/language';
import { messageOf } from '../text/messages';
import type { IPlaces } from './form';
import { formOf } from './form';
import { askForParameters } from './parameters';

type Place = Pick<IThing, 'destination' | 'path'>;

export interface IStartOptions {
  readonly operations: IOperations;
  readonly language: ILanguage;
  /** What is known of places now. */
  readonly places: () => IPlaces;
}

/**
 * Start an operation with each of `places`, once the person has said how, where there is anything to say.
 *
 * What the server refuses is told where the person can change it, or in a notification.
 *
 * @returns those that were started.
 */
export async function startOperations(
  kind: IKind,
  places: readonly Place[],
  options: IStartOptions
): Promise<readonly IOperation[]> {
  const { operations, language } = options;
  const { missing } = kind;
  if (missing !== null) {
    await tellWhatIsMissing(kind.title, missing, language);
    return [];
  }
  const asks = hasParameters(kind);
  const left = [...places];
  const started: IOperation[] = [];
  const form = formOf(
    kind,
    kind.takes === 'nothing' ? [] : places,
    options.places()
  );
  let values = form.initial;
  let refusal: string | null = null;
  while (left[0] !== undefined) {
    if (asks) {
      const given = await askForParameters(kind, {
        title: titleOf(kind, left, options),
        form,
        values,
        refusal,
        language
      });
      if (given === null) {
        break;
      }
      values = given;
    }
    try {
      for (let [next] = left; next !== undefined; [next] = left) {
        started.push(await operations.start(kind.name, next, values));
        left.shift();
      }
    } catch (error) {
      refusal = messageOf(error);
      if (!asks) {
        notifyOfRefusal(kind, subjectOf(left, language), refusal, language);
        break;
      }
    }
  }
  return started;
}

function notifyOfRefusal(
  { title }: IKind,
  subject: string,
  message: string,
  { trans }: ILanguage
): void {
  Notification.error(
    trans.__('“%1: %2” was not started. %3', title, subject, message),
    { autoClose: false }
  );
}

/** What is done, and with what, or into which folder. */
function titleOf(
  { title, takes }: IKind,
  left: readonly Place[],
  { language, places }: IStartOptions
): string {
  const { trans } = language;
  const [first] = left;
  if (takes !== 'nothing' || first === undefined) {
    return trans.__('%1: %2', title, subjectOf(left, language));
  }
  const { destination, path: folder } = first;
  const place = placeOf(places().destinations, { destination, folder });
  return place === '' ? title : trans.__('%1 to “%2”', title, place);
}

/** Tell what whoever runs the server has to install. */
export async function tellWhatIsMissing(
  title: string,
  missing: string,
  { trans }: ILanguage
): Promise<void> {
  await showDialog({
    title: trans.__('%1 is not installed', title),
    body: trans.__(
      'The server needs more for this. Whoever runs it can add it with “pip install %1”; then start the server again.',
      missing
    ),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}

/** The name of the only one, or how many there are. */
function subjectOf(
  places: readonly Place[],
  { trans, format }: ILanguage
): string {
  const [first] = places;
  return places.length === 1 && first !== undefined
    ? PathExt.basename(first.path)
    : trans._n(
        '%2 item',
        '%2 items',
        places.length,
        format.count(places.length)
      );
}
