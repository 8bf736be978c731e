import { TransportError } from '../../engine/wire';

interface IMeaning {
  readonly reason: string;
  readonly retryable: boolean;
}

const DAMAGED: IMeaning = { reason: 'digest_mismatch', retryable: true };
const BUSY: IMeaning = { reason: 'slow_down', retryable: true };
/** Some failure of the store's own, which passes. */
const FAILED: IMeaning = { reason: 'store_unreachable', retryable: true };
const EXPIRED: IMeaning = { reason: 'credentials_expired', retryable: false };
const DENIED: IMeaning = { reason: 'access_denied', retryable: false };
const GONE: IMeaning = { reason: 'not_found', retryable: false };
const NO_BUCKET: IMeaning = { reason: 'bucket_missing', retryable: false };
const LACKING: IMeaning = { reason: 'unsupported', retryable: false };
const FULL: IMeaning = { reason: 'no_space', retryable: false };
const TAKEN: IMeaning = { reason: 'exists', retryable: false };
const TOO_LARGE: IMeaning = { reason: 'too_large', retryable: false };
const UNKNOWN: IMeaning = { reason: 'storage_failed', retryable: true };

/**
 * What stores say in the `<Code>` of an error, in the words of S3 and of Azure, where the status does not say
 * the same. The server has such tables too (`_s3_errors.py`, `_azure_errors.py`); one list of answers holds
 * all three together (`tests/api/storeAnswers.json`).
 */
export const CODES: ReadonlyMap<string, IMeaning> = new Map([
  // S3
  ['BadDigest', DAMAGED],
  ['XAmzContentChecksumMismatch', DAMAGED],
  ['XAmzContentSHA256Mismatch', DAMAGED],
  ['IncompleteBody', FAILED],
  ['RequestTimeout', FAILED],
  ['OperationAborted', BUSY],
  ['ConditionalRequestConflict', BUSY],
  ['SlowDown', BUSY],
  ['Throttling', BUSY],
  ['ExpiredToken', EXPIRED],
  ['ExpiredTokenException', EXPIRED],
  ['InvalidToken', EXPIRED],
  ['TokenRefreshRequired', EXPIRED],
  ['NoSuchBucket', NO_BUCKET],
  ['NoSuchUpload', GONE],
  ['NoSuchKey', GONE],
  ['QuotaExceeded', FULL],
  ['XMinioAdminBucketQuotaExceeded', FULL],
  ['EntityTooLarge', TOO_LARGE],
  ['NotImplemented', LACKING],
  ['PreconditionFailed', TAKEN],
  // Azure
  ['BlobAlreadyExists', TAKEN],
  ['Md5Mismatch', DAMAGED],
  ['ServerBusy', BUSY],
  ['OperationTimedOut', FAILED],
  ['InvalidAuthenticationInfo', DENIED],
  ['BlobImmutableDueToPolicy', DENIED],
  ['LeaseIdMissing', DENIED],
  ['ContainerNotFound', NO_BUCKET],
  ['ContainerBeingDeleted', NO_BUCKET],
  ['ContainerDisabled', NO_BUCKET],
  ['BlobNotFound', GONE],
  ['ResourceNotFound', GONE],
  ['RequestBodyTooLarge', TOO_LARGE],
  ['BlockCountExceedsLimit', TOO_LARGE],
  ['InvalidBlobOrBlock', UNKNOWN]
]);

/** What is told from others of its code by the sentence alone. */
const SENTENCES: readonly (readonly [
  code: string,
  sentence: RegExp,
  meaning: IMeaning
])[] = [
  ['AccessDenied', /expired/i, EXPIRED],
  ['AuthenticationFailed', /not valid in the specified time frame/, EXPIRED],
  // Azurite's word for `Md5Mismatch`.
  ['InvalidOperation', /contentMD5 doesn't match/, DAMAGED]
];

/** What a status means whose code says nothing. */
const STATUSES: ReadonlyMap<number, IMeaning> = new Map([
  [401, DENIED],
  [403, DENIED],
  // A store says what is missing.
  [404, NO_BUCKET],
  [405, NO_BUCKET],
  [412, TAKEN],
  [413, TOO_LARGE],
  [429, BUSY],
  [501, NO_BUCKET],
  [503, BUSY],
  [507, FULL]
]);

/** What proxies answer, with a page of theirs, while the store behind them is down or busy. */
const PASSING: readonly number[] = [429, 500, 502, 503, 504];

/** A web page, by how it begins, which no store answers with. */
const PAGE = /^\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html)\b/i;

/** Throws what the answer of a store says, in the words of docs/wire.md, unless it took what it was sent. */
export function throwIfRefused(status: number, text: string): void {
  const isPage = PAGE.test(text);
  if (status >= 200 && status < 300 && !isPage) {
    return;
  }
  if (isPage && !PASSING.includes(status)) {
    throw refusal(
      NO_BUCKET,
      status,
      `A web server answers at the bucket’s address (${status}), and no store.`
    );
  }
  const code = element(text, 'Code') ?? '';
  const message = element(text, 'Message') ?? '';
  throw refusal(
    meaningOf(status, code, message),
    status,
    message || `The bucket answered with status ${status}.`
  );
}

function meaningOf(status: number, code: string, message: string): IMeaning {
  const bySentence = SENTENCES.find(
    ([of, sentence]) => of === code && sentence.test(message)
  );
  return (
    bySentence?.[2] ??
    CODES.get(code) ??
    STATUSES.get(status) ??
    (status >= 500 ? FAILED : UNKNOWN)
  );
}

function refusal(
  { reason, retryable }: IMeaning,
  status: number,
  message: string
): TransportError {
  return new TransportError(message, status, reason, retryable);
}

/** The first element of a name in the XML of an error. */
function element(text: string, name: string): string | null {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text);
  return found?.[1]?.trim() || null;
}
