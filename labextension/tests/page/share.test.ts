import { expect, it } from 'vitest';
import { Share } from '../../src/share';

const MIB = 2 ** 20;

it.each([
  [{}, 0, true],
  [{ takes: 'everything' }, 0, true],
  [{ takes: 'nonsense' }, 0, true],
  [{ takes: 'nothing' }, 1e12, false],
  [{ takes: 'large', largeFrom: 2 }, 2 * MIB - 1, false],
  [{ takes: 'large', largeFrom: 2 }, 2 * MIB, true],
  [{ takes: 'large', largeFrom: 0.5 }, MIB / 2, true],
  [{ takes: 'large' }, 20 * MIB - 1, false],
  [{ takes: 'large' }, 20 * MIB, true],
  [{ takes: 'large', largeFrom: 'a lot' }, 20 * MIB - 1, false]
])('with %j a file of %d bytes is taken: %s', (composite, size, taken) => {
  const share = new Share();
  share.set({ composite });
  expect(share.takesFile(size)).toBe(taken);
});

it('takes everything until the settings are known', () => {
  expect(new Share().takesFile(0)).toBe(true);
});
