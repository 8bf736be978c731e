import type { ITransfer, TransferState } from '../model';

/** Every way from one state to another. Nothing else changes a transfer's state. */
const NEXT: Readonly<Record<TransferState, readonly TransferState[]>> = {
  queued: ['listing', 'uploading', 'paused', 'cancelled'],
  listing: ['uploading', 'paused', 'failed', 'cancelled'],
  uploading: [
    // Begun anew, because the server forgot the upload.
    'uploading',
    'finishing',
    'waiting',
    'comparing',
    'conflict',
    'paused',
    'failed',
    'cancelled'
  ],
  waiting: [
    'uploading',
    'finishing',
    // Looked again, and not yet.
    'waiting',
    'comparing',
    'conflict',
    'paused',
    'failed',
    'cancelled'
  ],
  comparing: ['done', 'conflict', 'paused', 'cancelled'],
  conflict: ['queued', 'skipped', 'failed', 'cancelled'],
  paused: ['queued', 'cancelled'],
  finishing: ['done', 'waiting', 'conflict', 'uploading', 'failed'],
  unfinished: ['queued', 'cancelled'],
  failed: ['queued', 'cancelled'],
  done: [],
  skipped: [],
  cancelled: []
};

/** The state after `from`; throws when there is no such way. */
export function advance(from: TransferState, to: TransferState): TransferState {
  if (!NEXT[from].includes(to)) {
    throw new Error(`No way from ${from} to ${to}`);
  }
  return to;
}

/** Bytes move, or will without anyone doing anything (or once a question is answered). */
export function isUnderWay(state: TransferState): boolean {
  return [
    'queued',
    'listing',
    'uploading',
    'waiting',
    'comparing',
    'conflict',
    'finishing'
  ].includes(state);
}

/** Reasons of failures that are the same however often it is tried: of the file, its name, or this page. */
export const FINAL_REASONS: ReadonlySet<string> = new Set([
  'digest_missing',
  'hidden',
  'invalid_name',
  'malformed',
  'outside_root',
  'too_large',
  'unsupported'
]);

/**
 * What a person may do.
 *
 * @param reason - of the failure, in state `failed`.
 */
export function possible(
  state: TransferState,
  reason?: string
): ITransfer['can'] {
  return {
    pause: NEXT[state].includes('paused'),
    resume: state === 'paused' || state === 'unfinished',
    cancel: NEXT[state].includes('cancelled'),
    retry:
      state === 'waiting' ||
      (state === 'failed' && !FINAL_REASONS.has(reason ?? '')),
    checksum: state === 'done'
  };
}
