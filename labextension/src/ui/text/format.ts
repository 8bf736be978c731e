/** Figures in words: bytes, rates, durations and dates, as a person reads them. */

import type { TranslationBundle } from '@jupyterlab/translation';

/** The units that JupyterLab's file listing shows; each is 1024 of the one before. */
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The largest first; who reads about an upload does not count its seconds. */
const AGES = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute']
] as const;

/**
 * How much of a whole there is, as a whole number from 0 to 100.
 *
 * Rounded down, so that 100 means all of it; nothing of nothing is 0.
 */
export function percentage(part: number, whole: number): number {
  return whole > 0 ? Math.floor((100 * Math.min(part, whole)) / whole) : 0;
}

/** The BCP 47 tag of one of JupyterLab's language codes (`fr_FR`), or the browser's own where there is none. */
export function localeOf(languageCode: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(languageCode.replace('_', '-'))[0];
  } catch {
    // A language pack may call itself what no standard knows.
    return undefined;
  }
}

/** Writes figures in the language of the application. */
export class Formatter {
  constructor(
    private readonly trans: TranslationBundle,
    locale?: string
  ) {
    this.wholeNumber = new Intl.NumberFormat(locale, {
      maximumFractionDigits: 0
    });
    this.tenths = new Intl.NumberFormat(locale, {
      minimumFractionDigits: 1,
      maximumFractionDigits: 1
    });
    this.compact = new Intl.NumberFormat(locale, {
      notation: 'compact',
      compactDisplay: 'long',
      maximumFractionDigits: 1
    });
    this.percentage = new Intl.NumberFormat(locale, { style: 'percent' });
    this.relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    this.day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
    this.dayAndTime = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'short'
    });
  }

  /** `12,345`. */
  count(number: number): string {
    return this.wholeNumber.format(number);
  }

  /** `1.2 million`, `202,000`: of a number that nobody knows exactly. */
  roughly(number: number): string {
    return number < 1_000_000
      ? this.count(Number(number.toPrecision(3)))
      : this.compact.format(number);
  }

  /** `0 B`, `999 B`, `1.0 KB`, `12.3 MB`, `640 GB`. */
  bytes(count: number): string {
    let value = count;
    let unit = 0;
    // 1023.7 KB would be written as 1024 KB: the next unit says it shorter.
    while (Math.round(value) >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit += 1;
    }
    const exact = unit === 0 || value >= 99.95;
    return `${(exact ? this.wholeNumber : this.tenths).format(value)} ${UNITS[unit]}`;
  }

  /** `3,145,728 bytes`. */
  exactBytes(count: number): string {
    return this.trans._n(
      '%2 byte',
      '%2 bytes',
      count,
      this.wholeNumber.format(count)
    );
  }

  /** `1.2 GB of 2.7 GB`. */
  share(part: number, whole: number): string {
    return this.trans.__('%1 of %2', this.bytes(part), this.bytes(whole));
  }

  /** `110 MB/s`. */
  rate(bytesPerSecond: number): string {
    return this.trans.__('%1/s', this.bytes(bytesPerSecond));
  }

  /** `1,250 files/s`. */
  filesRate(filesPerSecond: number): string {
    return this.trans.__(
      '%1 files/s',
      (filesPerSecond < 9.95 ? this.tenths : this.wholeNumber).format(
        filesPerSecond
      )
    );
  }

  /** `45%`, from a whole number of hundredths. */
  percent(hundredths: number): string {
    return this.percentage.format(hundredths / 100);
  }

  /** `8 s`, `5 min`, `3 h 20 min`, `2 d 4 h`: two units at most, rounded up, never `0 s`. */
  duration(seconds: number): string {
    const { trans } = this;
    if (seconds <= MINUTE) {
      return trans.__('%1 s', Math.max(1, Math.ceil(seconds)));
    }
    const minutes = Math.ceil(seconds / MINUTE);
    if (minutes < 60) {
      return trans.__('%1 min', minutes);
    }
    if (minutes < DAY / MINUTE) {
      return trans.__('%1 h %2 min', Math.floor(minutes / 60), minutes % 60);
    }
    const hours = Math.ceil(seconds / HOUR);
    return trans.__('%1 d %2 h', Math.floor(hours / 24), hours % 24);
  }

  /** `12 s left`. */
  timeLeft(seconds: number): string {
    return this.trans.__('%1 left', this.duration(seconds));
  }

  /** `5 minutes ago`, `yesterday`: a time that has passed, in the largest unit that it fills. */
  ago(when: Date, now: number): string {
    const seconds = Math.max(0, (now - when.getTime()) / 1000);
    const [size, unit] = AGES.find(([size]) => seconds >= size) ?? [1, null];
    return unit === null
      ? this.trans.__('a moment ago')
      : this.relative.format(-Math.floor(seconds / size), unit);
  }

  /** `Nov 28, 2026`, in the person's own time zone. */
  date(when: Date): string {
    return this.day.format(when);
  }

  /** `Nov 28, 2026, 10:00 AM`, in the person's own time zone. */
  moment(when: Date): string {
    return this.dayAndTime.format(when);
  }

  private readonly wholeNumber: Intl.NumberFormat;
  private readonly tenths: Intl.NumberFormat;
  private readonly compact: Intl.NumberFormat;
  private readonly percentage: Intl.NumberFormat;
  private readonly relative: Intl.RelativeTimeFormat;
  private readonly day: Intl.DateTimeFormat;
  private readonly dayAndTime: Intl.DateTimeFormat;
}
