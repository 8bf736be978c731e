import { describe, expect, it } from 'vitest';
import { advance } from '../../src/engine/queue/lifecycle';

describe('the lifecycle', () => {
  it('has no way back from what is over', () => {
    for (const state of ['done', 'skipped', 'cancelled'] as const) {
      expect(() => advance(state, 'queued')).toThrow(`from ${state} to queued`);
    }
  });
});
