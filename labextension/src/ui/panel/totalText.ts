import { isOver } from '../../engine/model';
import type { ITotals } from '../../engine/model';
import type { IOperation } from '../../engine/operations/model';
import type { ILanguage } from '../text/language';

/** All transfers in one line: `3 of 12 files done · 1.2 GB of 4.0 GB · 110 MB/s · 30 s left · 1 failed`. */
export function totalText(
  totals: ITotals,
  operations: readonly Pick<IOperation, 'state'>[],
  { trans, format }: ILanguage
): string {
  const { files, active, done, failed, size, sent } = totals;
  const { rate, filesPerSecond, timeLeft } = totals;
  const parts: string[] = [];
  if (files > 0) {
    parts.push(
      done === files
        ? trans._n('%2 file done', '%2 files done', files, format.count(files))
        : trans._n(
            '%2 of %3 file done',
            '%2 of %3 files done',
            files,
            format.count(done),
            format.count(files)
          ),
      sent === size ? format.bytes(size) : format.share(sent, size)
    );
  }
  if (active > 0 && rate !== null) {
    parts.push(format.rate(rate));
  }
  if (active > 0 && filesPerSecond !== null) {
    parts.push(format.filesRate(filesPerSecond));
  }
  if (active > 0 && timeLeft !== null) {
    parts.push(format.timeLeft(timeLeft));
  }
  if (failed > 0) {
    parts.push(trans.__('%1 failed', format.count(failed)));
  }
  const running = operations.filter(({ state }) => !isOver(state)).length;
  if (running > 0) {
    parts.push(
      trans._n(
        '%2 operation under way',
        '%2 operations under way',
        running,
        format.count(running)
      )
    );
  }
  const broken = operations.filter(({ state }) => state === 'failed').length;
  if (parts.length === 0 && operations.length > 0) {
    parts.push(
      trans._n(
        '%2 operation',
        '%2 operations',
        operations.length,
        format.count(operations.length)
      )
    );
    if (broken > 0) {
      parts.push(trans.__('%1 failed', format.count(broken)));
    }
  } else if (broken > 0) {
    parts.push(
      trans._n(
        '%2 operation failed',
        '%2 operations failed',
        broken,
        format.count(broken)
      )
    );
  }
  // Where the line wraps, it wraps between the parts.
  return parts.map(part => part.replaceAll(' ', '\u00a0')).join(' · ');
}
