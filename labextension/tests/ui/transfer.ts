import type { ITransfer, TransferState } from '../../src/engine/model';

/** A transfer at one moment, for what looks at a moment only. */
export function transfer(
  state: TransferState,
  more: Partial<ITransfer> = {}
): ITransfer {
  return {
    key: '1',
    name: 'events.bin',
    destination: 'home',
    folder: 'data',
    path: 'data/events.bin',
    size: 1000,
    sent: 0,
    lastModified: null,
    acknowledged: 0,
    tree: null,
    rate: null,
    timeLeft: null,
    state,
    error: null,
    retryAt: null,
    updated: null,
    expires: null,
    remembered: false,
    isHeldByWindow: false,
    uploadId: null,
    identical: false,
    existing: null,
    checksum: null,
    can: {
      pause: false,
      resume: false,
      cancel: false,
      retry: false,
      checksum: false
    },
    ...more
  };
}
