import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type {
  IKind,
  IOperation,
  IOperations,
  IThing
} from '../../engine/operations/model';
import { defaultsOf, hasParameters } from '../../engine/operations/model';
import type { ILanguage } from '../text/language';
import { messageOf } from '../text/messages';
import { askForParameters } from './parameters';

type Place = Pick<IThing, 'destination' | 'path'>;

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
  options: { readonly operations: IOperations; readonly language: ILanguage }
): Promise<readonly IOperation[]> {
  const { operations, language } = options;
  const asks = hasParameters(kind);
  const left = [...places];
  const started: IOperation[] = [];
  let values = defaultsOf(kind);
  let refusal: string | null = null;
  while (left[0] !== undefined) {
    if (asks) {
      const subject = subjectOf(left, language);
      const given = await askForParameters(kind, {
        subject,
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
