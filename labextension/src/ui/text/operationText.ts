/** What is said of operations. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  IOperation,
  ITrouble,
  OperationState
} from '../../engine/operations/model';
import type { ILanguage } from './language';
import { explainFailure } from './operationErrors';

/** `Compute checksum: events.bin`: what tells an operation from others. */
export function subjectOf(
  { title, name }: Pick<IOperation, 'title' | 'name'>,
  { trans }: ILanguage
): string {
  return trans.__('%1: %2', title, name);
}

/** What a screen reader says of those that ended together; null where that is nothing. */
export function endingsInWords(
  ended: readonly IOperation[],
  language: ILanguage
): string | null {
  const { trans } = language;
  const sentences = ended.map(operation => {
    const subject = subjectOf(operation, language);
    switch (operation.state) {
      case 'done':
        return trans.__('“%1” is done.', subject);
      case 'failed':
        return trans.__(
          '“%1” failed. %2',
          subject,
          operation.error === null ? '' : explainFailure(trans, operation.error)
        );
      case 'cancelled':
        return trans.__('“%1” was cancelled.', subject);
      case 'queued':
      case 'running':
      case 'cancelling':
        return null;
    }
  });
  return sentences.filter(text => text !== null).join(' ') || null;
}

/** Where an operation stands, in a word or two. */
export function operationStateInWords(
  trans: TranslationBundle,
  state: OperationState
): string {
  const words: Record<OperationState, string> = {
    queued: trans.__('Queued'),
    running: trans.__('Running'),
    cancelling: trans.__('Cancelling'),
    done: trans.__('Done'),
    failed: trans.__('Failed'),
    cancelled: trans.__('Cancelled')
  };
  return words[state];
}

/** `1.2 GB of 2.7 GB`, `1,200 of 10,000 files`, `12 rows`; '' where nothing is counted. */
export function progressInWords(
  { done, total, unit }: IOperation['progress'],
  { trans, format }: ILanguage
): string {
  if (unit === 'bytes') {
    return total === null || total === done
      ? done > 0
        ? format.bytes(done)
        : ''
      : format.share(done, total);
  }
  if (total === null || total === done) {
    return done > 0 ? countInWords(done, unit, { trans, format }) : '';
  }
  return trans.__(
    '%1 of %2',
    format.count(done),
    countInWords(total, unit, { trans, format })
  );
}

/** `110 MB/s`, `1,250 files/s`. */
export function rateInWords(
  rate: number,
  unit: string,
  { trans, format }: ILanguage
): string {
  switch (unit) {
    case 'bytes':
      return format.rate(rate);
    case 'files':
      return format.filesRate(rate);
    case 'rows':
      return trans.__('%1 rows/s', format.roughly(Math.round(rate)));
    default:
      return trans.__('%1 %2/s', format.count(Math.round(rate)), unit);
  }
}

function countInWords(
  count: number,
  unit: string,
  { trans, format }: ILanguage
): string {
  return unit === 'files'
    ? trans._n('%2 file', '%2 files', count, format.count(count))
    : unit === 'rows'
      ? trans._n('%2 row', '%2 rows', count, format.count(count))
      : trans.__('%1 %2', format.count(count), unit);
}

/** A checksum that an operation computed. */
export interface IComputed {
  /** As people write it: `SHA-256`, `MD5`. */
  readonly algorithm: string;
  readonly hex: string;
}

/** @returns null where the result is something else. */
export function checksumIn(result: IOperation['result']): IComputed | null {
  const { algorithm, checksum } = result ?? {};
  return typeof algorithm === 'string' && typeof checksum === 'string'
    ? {
        algorithm: algorithm.toUpperCase().replace(/^SHA-?(?=\d)/, 'SHA-'),
        hex: checksum
      }
    : null;
}

/** Why nothing is known of operations now. */
export function explainTrouble(
  trans: TranslationBundle,
  { reason, message }: ITrouble
): string {
  switch (reason) {
    case 'unauthorized':
      return trans.__('Your login has expired.');
    case 'network':
    case 'timeout':
    case 'gateway':
      return trans.__(
        'The server cannot be reached. If it runs, it goes on with this.'
      );
    default:
      return message;
  }
}
