import type { ITotals } from '../../engine/model';
import type { ILanguage } from '../text/language';

/** All transfers in one line: `3 of 12 files done · 1.2 GB of 4.0 GB · 110 MB/s · 30 s left · 1 failed`. */
export function totalText(
  { files, active, done, failed, size, sent, rate, timeLeft }: ITotals,
  { trans, format }: ILanguage
): string {
  const parts: string[] = [];
  if (files > 0) {
    parts.push(
      done === files
        ? trans._n('%1 file done', '%1 files done', files)
        : trans._n('%2 of %1 file done', '%2 of %1 files done', files, done),
      sent === size ? format.bytes(size) : format.share(sent, size)
    );
  }
  if (active > 0 && rate !== null) {
    parts.push(format.rate(rate));
  }
  if (active > 0 && timeLeft !== null) {
    parts.push(format.timeLeft(timeLeft));
  }
  if (failed > 0) {
    parts.push(trans._n('%1 failed', '%1 failed', failed));
  }
  // Where the line wraps, it wraps between the parts.
  return parts.map(part => part.replaceAll(' ', '\u00a0')).join(' · ');
}
