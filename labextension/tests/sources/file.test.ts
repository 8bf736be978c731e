import { describe, expect, it } from 'vitest';
import { FileSource } from '../../src/sources/file';

describe('the time of a file', () => {
  it.each([
    [1_790_000_000_000, 1_790_000_000_000],
    [0, 0],
    [-1, -1],
    [Date.UTC(1969, 6, 20), Date.UTC(1969, 6, 20)],
    [8.64e15, 8.64e15],
    [9e15, 8.64e15],
    [-9e15, -8.64e15]
  ])('%d is told as %d', (lastModified, told) => {
    const source = new FileSource(new File([], 'x', { lastModified }));
    expect(source.lastModified).toBe(told);
    expect(new Date(source.lastModified).getTime()).toBe(told);
  });
});
