import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Formatter, localeOf, percentage } from '../../src/ui/text/format';
import { english } from './english';

const { format, trans } = english;
const KB = 1024;
const GB = KB ** 3;

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1,023 B'],
    [1024, '1.0 KB'],
    [1.5 * KB, '1.5 KB'],
    [99.94 * KB, '99.9 KB'],
    [99.96 * KB, '100 KB'],
    [1023.4 * KB, '1,023 KB'],
    [1023.6 * KB, '1.0 MB'],
    [42.7 * GB, '42.7 GB'],
    [5000 * KB ** 5, '5,000 PB']
  ])('%d is %s', (count, text) => {
    expect(format.bytes(count)).toBe(text);
  });

  it('speaks the language of the application', () => {
    expect(new Formatter(trans, 'de').bytes(2.5 * GB)).toBe('2,5 GB');
  });
});

describe('shares and rates', () => {
  it('say both figures with their own units', () => {
    expect(format.share(512 * KB, 2 * GB)).toBe('512 KB of 2.0 GB');
    expect(format.rate(110 * KB * KB)).toBe('110 MB/s');
    expect(format.percent(45)).toBe('45%');
  });
});

describe('durations', () => {
  it.each([
    [0, '1 s'],
    [0.2, '1 s'],
    [7.1, '8 s'],
    [60, '60 s'],
    [61, '2 min'],
    [59 * 60, '59 min'],
    [60 * 60, '1 h 0 min'],
    [3.5 * 3600, '3 h 30 min'],
    [24 * 3600, '1 d 0 h'],
    [52 * 3600, '2 d 4 h']
  ])('%d seconds are %s', (seconds, text) => {
    expect(format.duration(seconds)).toBe(text);
  });

  it('never promise less than is left', () => {
    const units: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86400 };
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), seconds => {
        const words = format.duration(seconds).split(' ');
        let told = 0;
        for (let i = 0; i < words.length; i += 2) {
          told += Number(words[i]) * units[words[i + 1] ?? '']!;
        }
        expect(told).toBeGreaterThanOrEqual(seconds);
        expect(told).toBeLessThanOrEqual(seconds + 3600);
      })
    );
  });
});

describe('times that have passed', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');

  it.each([
    [-3, 'a moment ago'],
    [59, 'a moment ago'],
    [60, '1 minute ago'],
    [3599, '59 minutes ago'],
    [3 * 3600, '3 hours ago'],
    [24 * 3600, 'yesterday'],
    [6.9 * 24 * 3600, '6 days ago']
  ])('%d seconds are %s', (seconds, text) => {
    expect(format.ago(new Date(now - seconds * 1000), now)).toBe(text);
  });
});

describe('exact sizes', () => {
  it('are in bytes', () => {
    expect(format.exactBytes(3_145_728)).toBe('3,145,728 bytes');
    expect(format.exactBytes(1)).toBe('1 byte');
  });
});

describe('percentages', () => {
  it('reach 100 with the last byte, and not before', () => {
    expect(percentage(999_999_999, 1_000_000_000)).toBe(99);
    expect(percentage(1_000_000_000, 1_000_000_000)).toBe(100);
    expect(percentage(0, 5)).toBe(0);
    expect(percentage(0, 0)).toBe(0);
  });
});

describe('locales', () => {
  it('are those of the standard, or none', () => {
    expect(localeOf('fr_FR')).toBe('fr-FR');
    expect(localeOf('en')).toBe('en');
    expect(localeOf('not a language')).toBeUndefined();
  });
});
