import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/ui/panel/verdict';

describe('two checksums', () => {
  it.each([
    ['aa', 'aa', 'same'],
    ['aa', 'ab', 'different'],
    ['aa', null, 'unknown'],
    [null, 'aa', 'unknown'],
    [null, null, 'unknown']
  ])('%s and %s are %s', (onServer, onThisComputer, verdict) => {
    expect(verdictOf({ onServer, onThisComputer })).toBe(verdict);
  });
});
