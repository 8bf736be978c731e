import { describe, expect, it } from 'vitest';
import { Rate } from '../../src/engine/sending/rate';

describe('the rate', () => {
  it('is unknown at first', () => {
    const rate = new Rate();
    expect(rate.at(0)).toBeNull();
    rate.restart(0, 1_000);
    rate.record(100, 2_000);
    expect(rate.at(100)).toBeNull();
  });

  it('is that of the last few seconds', () => {
    const rate = new Rate();
    rate.restart(0, 0);
    for (let second = 1; second <= 20; second += 1) {
      rate.record(second * 1_000, second <= 10 ? 0 : (second - 10) * 500);
    }
    expect(rate.at(20_000)).toBe(500);
  });

  it('does not count what was there before', () => {
    const rate = new Rate();
    rate.restart(0, 1_000_000);
    rate.record(1_000, 1_000_100);
    expect(rate.at(1_000)).toBe(100);
  });

  it('falls while nothing is recorded', () => {
    const rate = new Rate();
    rate.restart(0, 0);
    rate.record(1_000, 1_000);
    expect(rate.at(1_000)).toBe(1_000);
    expect(rate.at(4_000)).toBe(250);
    expect(rate.at(7_000)).toBe(0);
  });
});
