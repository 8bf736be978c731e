import { describe, expect, it } from 'vitest';
import { placeAfter } from '../../src/ui/grid/keys';
import { ROW_HEIGHT, Scale, TALLEST, Tracks } from '../../src/ui/grid/scale';

describe('rows in a box', () => {
  it('are where they are while there is room', () => {
    const scale = new Scale(1_000, 480);
    expect(scale.isScaled).toBe(false);
    expect(scale.topAt(2_400)).toBe(2_400);
    expect(scale.drawn(2_400)).toEqual([96, 124]);
    expect(scale.drawn(0)[0]).toBe(0);
    expect(scale.drawn(scale.end)[1]).toBe(999);
  });

  it('are none', () => {
    const [first, last] = new Scale(0, 480).drawn(0);
    expect(last).toBeLessThan(first);
    expect(new Scale(0, 480).topAt(0)).toBe(0);
  });

  it('can all be reached where no box is tall enough', () => {
    const scale = new Scale(3_000_000_000, 480);
    expect(scale.box).toBe(TALLEST);
    expect(scale.topAt(0)).toBe(0);
    expect(scale.topAt(TALLEST - 480)).toBe(scale.end);
    expect(scale.drawn(scale.end)[1]).toBe(2_999_999_999);
    for (const top of [0, 24, 1e6, 1e9, scale.end / 2, scale.end]) {
      const there = scale.topAt(scale.scrolledAt(top));
      // A pixel of the box is so many of the table.
      expect(Math.abs(there - top)).toBeLessThan(scale.total / TALLEST);
    }
  });

  it('come into sight whole', () => {
    const scale = new Scale(1_000, 480);
    expect(scale.revealing(5, 0)).toBe(0);
    expect(scale.revealing(5, 300)).toBe(5 * ROW_HEIGHT);
    expect(scale.revealing(20, 0)).toBe(21 * ROW_HEIGHT - 480);
    expect(scale.revealing(999, 0)).toBe(scale.end);
  });
});

describe('columns side by side', () => {
  const tracks = new Tracks([100, 50, 200, 80]);

  it('are drawn where they are in sight, and one beside them', () => {
    expect(tracks.total).toBe(430);
    expect(tracks.drawn(0, 90)).toEqual([0, 1]);
    expect(tracks.drawn(160, 40)).toEqual([1, 3]);
    expect(new Tracks([]).drawn(0, 90)[1]).toBe(-1);
  });

  it('come into sight', () => {
    expect(tracks.revealing(0, 120, 200)).toBe(0);
    expect(tracks.revealing(3, 0, 200)).toBe(230);
    expect(tracks.revealing(1, 90, 200)).toBe(90);
    expect(tracks.revealing(2, 0, 150)).toBe(150);
  });
});

describe('keys', () => {
  const size = { rows: 100, columns: 5, page: 20 };
  const at = { row: 10, column: 2 };
  const key = (key: string, ctrlKey = false) =>
    placeAfter({ key, ctrlKey, metaKey: false }, at, size);

  it.each([
    ['ArrowUp', 9, 2],
    ['ArrowDown', 11, 2],
    ['ArrowLeft', 10, 1],
    ['ArrowRight', 10, 3],
    ['Home', 10, 0],
    ['End', 10, 4],
    ['PageUp', 0, 2],
    ['PageDown', 30, 2]
  ])('%s', (name, row, column) => {
    expect(key(name)).toEqual({ row, column });
  });

  it.each([
    ['ArrowUp', 0, 2],
    ['ArrowDown', 99, 2],
    ['ArrowLeft', 10, 0],
    ['ArrowRight', 10, 4],
    ['Home', 0, 0],
    ['End', 99, 4]
  ])('Ctrl+%s', (name, row, column) => {
    expect(key(name, true)).toEqual({ row, column });
  });

  it('lead to the heads, and not beyond', () => {
    const up = { key: 'ArrowUp', ctrlKey: false, metaKey: false };
    const first = { row: 0, column: 0 };
    expect(placeAfter(up, first, size)).toEqual({ row: -1, column: 0 });
    expect(placeAfter(up, { row: -1, column: 0 }, size)?.row).toBe(-1);
  });

  it('leave others alone', () => {
    expect(key('a')).toBeNull();
    expect(key('Tab')).toBeNull();
  });
});
