import { describe, expect, it } from 'vitest';
import { compareChecksums } from '../../src/ui/details/compareChecksums';

describe('two checksums', () => {
  it.each([
    ['aa', 'aa', 'same'],
    ['aa', 'ab', 'different'],
    ['aa', null, 'unknown'],
    [null, 'aa', 'unknown'],
    [null, null, 'unknown']
  ])('%s and %s are %s', (onServer, onThisComputer, result) => {
    expect(compareChecksums({ onServer, onThisComputer })).toBe(result);
  });
});
