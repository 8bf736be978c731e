import { describe, expect, it } from 'vitest';
import type { IOperation } from '../../src/engine/operations/model';
import { totalText } from '../../src/ui/panel/totalText';
import {
  checksumIn,
  endingsInWords,
  explainTrouble,
  progressInWords,
  rateInWords
} from '../../src/ui/text/operationText';
import { english } from './english';
import { NOTHING } from './noTransfers';

const progress = (done: number, total: number | null, unit = 'bytes') =>
  progressInWords({ done, total, unit }, english);

const operation = (more: Partial<IOperation>): IOperation => ({
  key: 'operation-1',
  kind: 'checksum',
  title: 'Compute checksum',
  destination: 'home',
  path: 'data/a.bin',
  name: 'a.bin',
  folder: 'data',
  parameters: {},
  state: 'done',
  progress: { done: 0, total: null, unit: 'bytes' },
  rate: null,
  timeLeft: null,
  result: null,
  made: null,
  removed: null,
  error: null,
  ...more
});

it('says how far something is, in whatever it counts', () => {
  expect(progress(0, null)).toBe('');
  expect(progress(2048, 4096)).toBe('2.0 KB of 4.0 KB');
  expect(progress(4096, 4096)).toBe('4.0 KB');
  expect(progress(1200, 10_000, 'files')).toBe('1,200 of 10,000 files');
  expect(progress(1, null, 'files')).toBe('1 file');
  expect(progress(5, 7, 'rows')).toBe('5 of 7 rows');
  expect(rateInWords(2048, 'bytes', english)).toBe('2.0 KB/s');
  expect(rateInWords(1250, 'files', english)).toBe('1,250 files/s');
  expect(rateInWords(3.4, 'rows', english)).toBe('3 rows/s');
});

describe('results', () => {
  it('knows a checksum, by the name that people write', () => {
    const hex = (algorithm: string) =>
      checksumIn({ algorithm, checksum: 'ab', size: 2 });
    expect(hex('sha256')).toEqual({ algorithm: 'SHA-256', hex: 'ab' });
    expect(hex('md5')?.algorithm).toBe('MD5');
    expect(hex('sha1')?.algorithm).toBe('SHA-1');
    expect(checksumIn({ made: {} })).toBeNull();
    expect(checksumIn(null)).toBeNull();
  });
});

it('says what nobody sees who does not look', () => {
  expect(
    endingsInWords(
      [
        operation({}),
        operation({
          state: 'failed',
          error: { reason: 'worker_died', message: 'It died.', output: '' }
        }),
        operation({ state: 'cancelled' })
      ],
      english
    )
  ).toBe(
    '“Compute checksum: a.bin” is done. “Compute checksum: a.bin” failed. It died. “Compute checksum: a.bin” was cancelled.'
  );
  expect(endingsInWords([], english)).toBeNull();
});

it('says what is under way, and why nothing is known of it', () => {
  const text = (...states: IOperation['state'][]) =>
    totalText(
      NOTHING,
      states.map(state => ({ state })),
      english
    ).replaceAll('\u00a0', ' ');
  expect(text('done', 'running', 'queued')).toBe('2 operations under way');
  expect(text('done')).toBe('1 operation');
  expect(text('done', 'failed')).toBe('2 operations · 1 failed');
  expect(text('running', 'failed')).toBe(
    '1 operation under way · 1 operation failed'
  );
  expect(text()).toBe('');
  const trouble = (reason: string) =>
    explainTrouble(english.trans, { reason, message: 'As it is.', retryAt: 0 });
  expect(trouble('network')).toContain('cannot be reached');
  expect(trouble('forbidden')).toBe('As it is.');
});
