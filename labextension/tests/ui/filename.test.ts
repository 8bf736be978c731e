import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitName } from '../../src/ui/text/filename';

describe('a name that is cut for its middle to shrink', () => {
  it('stays whole when it is short', () => {
    expect(splitName('notes.txt')).toEqual(['notes.txt', '']);
    expect(splitName('')).toEqual(['', '']);
  });

  it('keeps what tells it apart at its end', () => {
    expect(splitName('experiment-2026-11-21-run-0042.parquet')).toEqual([
      'experiment-2026-11-21-run-',
      '0042.parquet'
    ]);
  });

  it('is not cut within what a person sees as one character', () => {
    const family = '👨‍👩‍👧';
    const [head, tail] = splitName(`${'a'.repeat(20)}${family}.jpg`);
    expect(head).toBe('a'.repeat(13));
    expect(tail).toBe(`${'a'.repeat(7)}${family}.jpg`);
  });

  it('is the same name when put together again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), name => {
        expect(splitName(name).join('')).toBe(name);
      })
    );
  });
});
