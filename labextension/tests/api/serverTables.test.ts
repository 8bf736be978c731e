import { describe, expect, it } from 'vitest';
import { FINAL_REASONS } from '../../src/engine/queue/lifecycle';
import {
  isRetryable,
  OUT_OF_DATE,
  POLL_INTERVALS
} from '../../src/engine/retrying/policy';
import { TransportError } from '../../src/engine/wire';
import type { IUpload } from '../../src/engine/wire';
// Held against the server's own tables too, by tests/unit/test_page_tables.py.
import TABLES from './serverTables.json';

const STATES: Record<IUpload['state'], true> = {
  receiving: true,
  completing: true,
  done: true,
  failed: true
};

describe('what the server tells', () => {
  it('are these states of an upload', () => {
    expect(TABLES.states).toEqual(Object.keys(STATES));
  });

  it.each(TABLES.errors)(
    'is retried as it says: $status $reason',
    ({ reason, status, retryable }) => {
      const error = new TransportError('', status, reason, retryable);
      expect(isRetryable(error)).toBe(retryable || POLL_INTERVALS.has(reason));
    }
  );

  it('has every reason that is known here', () => {
    expect(TABLES.errors.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([
        ...FINAL_REASONS,
        ...OUT_OF_DATE,
        ...POLL_INTERVALS.keys()
      ])
    );
  });

  it('may pass, whatever makes the engine ask what the server has', () => {
    const retryable = TABLES.errors
      .filter(error => error.retryable)
      .map(({ reason }) => reason);
    expect(retryable).toEqual(expect.arrayContaining([...OUT_OF_DATE]));
  });
});
