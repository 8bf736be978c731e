import { describe, expect, it } from 'vitest';
import { isRetryable } from '../../src/engine/retry';
import type { TransportError } from '../../src/engine/wire';
import { throwIfRefused } from '../../src/api/storeAnswers';

function answer(status: number, code: string, message = 'Why'): TransportError {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>1</RequestId></Error>`;
  try {
    throwIfRefused(status, text);
  } catch (error) {
    return error as TransportError;
  }
  throw new Error('It was taken.');
}

describe('the answer of a store', () => {
  it.each([200, 201, 204])('that it took the part: %i', status => {
    expect(() => throwIfRefused(status, '')).not.toThrow();
  });

  it.each([
    // AWS, SeaweedFS, rclone
    [400, 'BadDigest', 'digest_mismatch', true],
    [400, 'XAmzContentChecksumMismatch', 'digest_mismatch', true],
    [400, 'IncompleteBody', 'store_unreachable', true],
    [400, 'RequestTimeout', 'store_unreachable', true],
    [400, 'ExpiredToken', 'credentials_expired', false],
    [403, 'AccessDenied', 'access_denied', false],
    [403, 'SignatureDoesNotMatch', 'access_denied', false],
    [403, 'RequestTimeTooSkewed', 'access_denied', false],
    [404, 'NoSuchUpload', 'not_found', false],
    [404, 'NoSuchBucket', 'bucket_missing', false],
    [413, 'EntityTooLarge', 'too_large', false],
    [400, 'EntityTooLarge', 'too_large', false],
    [500, 'InternalError', 'slow_down', true],
    [503, 'SlowDown', 'slow_down', true],
    [503, 'ServiceUnavailable', 'slow_down', true],
    [429, 'TooManyRequests', 'slow_down', true],
    [507, 'XMinioStorageFull', 'no_space', false],
    // Azure
    [400, 'Md5Mismatch', 'digest_mismatch', true],
    [400, 'InvalidOperation', 'digest_mismatch', true],
    [403, 'AuthenticationFailed', 'access_denied', false],
    [404, 'ContainerNotFound', 'bucket_missing', false],
    [500, 'OperationTimedOut', 'slow_down', true],
    [503, 'ServerBusy', 'slow_down', true],
    // What nobody has thought of
    [400, 'Odd', 'storage_failed', true],
    [409, 'Odd', 'storage_failed', true]
  ])('%i %s is %s', (status, code, reason, retryable) => {
    const error = answer(status, code);
    expect(error).toMatchObject({ status, reason, message: 'Why' });
    expect(isRetryable(error)).toBe(retryable);
  });

  it('says the status when it says nothing else', () => {
    for (const text of ['', '<html>no</html>', '<Error><Message/></Error>']) {
      expect(() => throwIfRefused(503, text)).toThrow('status 503');
    }
  });
});
