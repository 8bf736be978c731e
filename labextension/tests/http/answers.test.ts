import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse, throwIfBad } from '../../src/http/answers';

const LOGIN = '\n<!DOCTYPE html><html><title>Login</title></html>';

describe('an answer', () => {
  it('is its JSON when all is well', () => {
    expect(parse(200, '{"a": 1}')).toEqual({ a: 1 });
    expect(parse(202, '{"checked": 0}')).toEqual({ checked: 0 });
    expect(() => throwIfBad(204, '')).not.toThrow();
  });

  it('is the error that the server describes', () => {
    const text = JSON.stringify({
      message: 'Taken',
      reason: 'exists',
      retryable: false,
      path: 'a',
      size: 7
    });
    expect(() => parse(409, text)).toThrow(
      expect.objectContaining({
        message: 'Taken',
        status: 409,
        reason: 'exists',
        retryable: false,
        details: { path: 'a', size: 7 }
      }) as Error
    );
  });

  it.each([
    ['a page for logging in, after a redirect', 200, LOGIN],
    ['a page for logging in', 401, LOGIN],
    ['a proxy that wants to know who it is', 401, ''],
    ['JSON of the server itself', 401, '{"message": "no", "reason": null}'],
    [
      'our own',
      403,
      '{"message": "no", "reason": "unauthorized", "retryable": false}'
    ]
  ])('asks for a login: %s', (_, status, text) => {
    const unauthorized = expect.objectContaining({
      status,
      reason: 'unauthorized'
    }) as Error;
    expect(() => parse(status, text)).toThrow(unauthorized);
    expect(() => throwIfBad(status, text)).toThrow(unauthorized);
  });

  it.each(['access_denied', 'credentials_expired', 'credentials_missing'])(
    'asks for no login when it is the bucket that wants one: %s',
    reason => {
      const text = JSON.stringify({ message: 'no', reason, retryable: false });
      expect(() => parse(403, text)).toThrow(
        expect.objectContaining({
          status: 403,
          reason,
          retryable: false
        }) as Error
      );
    }
  );

  it.each([
    [403, '<h1>Forbidden</h1>'],
    [413, '<h1>Too large</h1>'],
    [500, 'oops'],
    [200, 'oops'],
    [403, '{"message": "no", "reason": null}']
  ])('is only a status when a proxy gave it: %i', (status, text) => {
    expect(() => parse(status, text)).toThrow(
      expect.objectContaining({ status, reason: 'http' }) as Error
    );
  });

  it.each([
    [502, LOGIN],
    [503, 'no'],
    [504, '']
  ])('tells that a proxy does not reach the server: %i', (status, text) => {
    expect(() => parse(status, text)).toThrow(
      expect.objectContaining({ status, reason: 'gateway' }) as Error
    );
  });
});

describe('a Retry-After', () => {
  it.each([
    [null, undefined],
    ['soon', undefined],
    ['120', 120_000],
    ['Fri, 27 Nov 2026 07:00:10 GMT', 10_000],
    ['Fri, 27 Nov 2026 06:00:00 GMT', 0]
  ])('of %s', (header, retryAfter) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 27, 7) });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    for (const text of ['<html>', '{"reason": "slow_down"}']) {
      expect(() => parse(503, text, header)).toThrow(
        expect.objectContaining({ retryAfter }) as Error
      );
    }
  });
});
