import { TransportError } from '../engine/wire';

interface IMeaning {
  readonly reason: string;
  readonly retryable: boolean;
}

const DAMAGED: IMeaning = { reason: 'digest_mismatch', retryable: true };
const BUSY: IMeaning = { reason: 'slow_down', retryable: true };
const CUT_SHORT: IMeaning = { reason: 'store_unreachable', retryable: true };
const EXPIRED: IMeaning = { reason: 'credentials_expired', retryable: false };
const DENIED: IMeaning = { reason: 'access_denied', retryable: false };
const GONE: IMeaning = { reason: 'not_found', retryable: false };
const NO_BUCKET: IMeaning = { reason: 'bucket_missing', retryable: false };
const FULL: IMeaning = { reason: 'no_space', retryable: false };
const TOO_LARGE: IMeaning = { reason: 'too_large', retryable: false };
const UNKNOWN: IMeaning = { reason: 'storage_failed', retryable: true };

/** What stores say in the `<Code>` of an error, in the words of S3 and of Azure. */
const CODES: ReadonlyMap<string, IMeaning> = new Map([
  ['BadDigest', DAMAGED],
  ['XAmzContentChecksumMismatch', DAMAGED],
  ['XAmzContentSHA256Mismatch', DAMAGED],
  ['Md5Mismatch', DAMAGED],
  // Azurite's word for that.
  ['InvalidOperation', DAMAGED],
  ['IncompleteBody', CUT_SHORT],
  ['RequestTimeout', CUT_SHORT],
  ['OperationTimedOut', BUSY],
  ['SlowDown', BUSY],
  ['ServerBusy', BUSY],
  ['ExpiredToken', EXPIRED],
  ['TokenRefreshRequired', EXPIRED],
  ['NoSuchBucket', NO_BUCKET],
  ['ContainerNotFound', NO_BUCKET],
  ['QuotaExceeded', FULL],
  ['EntityTooLarge', TOO_LARGE],
  ['RequestBodyTooLarge', TOO_LARGE]
]);

/** What a status means whose code says nothing. */
const STATUSES: ReadonlyMap<number, IMeaning> = new Map([
  [401, DENIED],
  [403, DENIED],
  [404, GONE],
  [413, TOO_LARGE],
  [429, BUSY],
  [500, BUSY],
  [502, BUSY],
  [503, BUSY],
  [504, BUSY],
  [507, FULL]
]);

/** Throws what the answer of a store says, in the words of docs/wire.md, unless it took what it was sent. */
export function throwIfRefused(status: number, text: string): void {
  if (status >= 200 && status < 300) {
    return;
  }
  const code = element(text, 'Code') ?? '';
  const { reason, retryable } =
    CODES.get(code) ?? STATUSES.get(status) ?? UNKNOWN;
  throw new TransportError(
    element(text, 'Message') ?? `The bucket answered with status ${status}.`,
    status,
    reason,
    retryable
  );
}

/** The first element of a name in the XML of an error. */
function element(text: string, name: string): string | null {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text);
  return found?.[1]?.trim() || null;
}
