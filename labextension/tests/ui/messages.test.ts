import { describe, expect, it } from 'vitest';
import {
  explain,
  explainMismatch,
  explainSpeed
} from '../../src/ui/text/messages';
import { english } from './english';
import { transfer } from './transfer';

const { trans } = english;

function explained(reason: string): string | null {
  return explain(
    trans,
    transfer('failed', { error: { reason, message: 'What the server says.' } })
  );
}

describe('an error', () => {
  // All of docs/wire.md that a person can act on, and what the transport and the engine add.
  it.each([
    'access_denied',
    'bucket_missing',
    'checking',
    'composite_mismatch',
    'credentials_expired',
    'credentials_missing',
    'digest_mismatch',
    'digest_missing',
    'exists',
    'folder_missing',
    'folder_unavailable',
    'forbidden',
    'gateway',
    'hidden',
    'http',
    'invalid_name',
    'locked',
    'network',
    'no_space',
    'not_found',
    'offline',
    'outside_root',
    'quota_exceeded',
    'read_only',
    'slow_down',
    'source_unreadable',
    'stalled',
    'storage_failed',
    'store_unreachable',
    'timeout',
    'too_large',
    'unauthorized'
  ])('%s has a sentence of its own', reason => {
    expect(explained(reason)).toMatch(/^[A-Z].{20,}\.$/);
    expect(explained(reason)).not.toBe('What the server says.');
  });

  it('names what it is about', () => {
    expect(explained('exists')).toContain('“events.bin”');
    expect(explained('folder_missing')).toContain('“data”');
    expect(explained('folder_unavailable')).toContain('“data”');
  });

  it.each(['no_space', 'storage_failed'])(
    '%s of a bucket speaks of the bucket',
    reason => {
      const error = { reason, message: '' };
      const inBucket = transfer('failed', { error, destination: 'lab' });
      expect(explain(trans, inBucket)).toMatch(/^The bucket .+\.$/);
    }
  );

  it.each(['malformed', 'unheard_of', 'toString'])(
    '%s is told in the words of the server',
    reason => {
      expect(explained(reason)).toBe('What the server says.');
    }
  );

  it('is not made up', () => {
    expect(explain(trans, transfer('uploading'))).toBeNull();
  });
});

describe('a wrong file', () => {
  const expected = { name: 'a.bin', size: 10, lastModified: null };

  it.each([
    [{ name: 'b.bin', size: 10 }, 'You chose “b.bin”.'],
    [{ name: 'a.bin', size: 11 }, 'The file that you chose has another size.'],
    [{ name: 'a.bin', size: 10 }, 'The file that you chose was changed since.']
  ])(
    '%o differs in the first thing that a person would check',
    (file, text) => {
      expect(explainMismatch(trans, expected, file)).toBe(text);
    }
  );
});

describe('the speed of a transfer', () => {
  it('is explained where each request is held back over HTTP/2, with who can help', () => {
    const held = transfer('done', { isHeldByWindow: true });
    expect(explainSpeed(trans, held)).toMatch(/HTTP\/2.*“Behind a proxy”/);
  });

  it('is not explained where it is what the link gives', () => {
    expect(explainSpeed(trans, transfer('done'))).toBeNull();
  });
});
