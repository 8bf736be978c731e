import { describe, expect, it } from 'vitest';
import { isRetryable } from '../../src/engine/retrying/policy';
import type { TransportError } from '../../src/engine/wire';
import { CODES, throwIfRefused } from '../../src/api/stores/storeAnswers';
// Held against the server's own tables too, by tests/unit/stores/test_store_answers.py.
import ANSWERS from './storeAnswers.json';

function refused(status: number, text: string): TransportError {
  try {
    throwIfRefused(status, text);
  } catch (error) {
    return error as TransportError;
  }
  throw new Error('It was taken.');
}

function asXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>1</RequestId></Error>`;
}

describe('the answer of a store', () => {
  it.each([200, 201, 204])('that it took the part: %i', status => {
    expect(() => throwIfRefused(status, '')).not.toThrow();
  });

  it.each(ANSWERS)(
    '$store: $status $code $message $body is $reason',
    ({ status, code, message, body, reason, retryable }) => {
      const error = refused(
        status,
        body ?? asXml(code ?? '', message ?? 'Why')
      );
      expect(error).toMatchObject({ status, reason, retryable });
      expect(isRetryable(error)).toBe(retryable);
    }
  );

  it('is in the list, whatever is known here', () => {
    const listed = ANSWERS.map(({ code }) => code);
    expect(listed).toEqual(expect.arrayContaining([...CODES.keys()]));
  });

  it('is repeated where it says why', () => {
    expect(refused(400, asXml('Odd', 'Why')).message).toBe('Why');
  });

  it('says the status when it says nothing else', () => {
    for (const text of ['', '<html>no</html>', '<Error><Message/></Error>']) {
      expect(() => throwIfRefused(503, text)).toThrow('status 503');
    }
    expect(() => throwIfRefused(200, '<html>yes</html>')).toThrow('no store');
  });
});
