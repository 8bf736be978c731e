import type { DigestAlgorithm } from '../engine/wire';

/** What this page can compute, the best first. */
export const AVAILABLE: readonly DigestAlgorithm[] =
  // Lockdown modes of browsers forbid WebAssembly; then nothing is offered to the server, and nothing verified.
  typeof WebAssembly === 'object'
    ? ['xxh3-128', 'sha-256', 'crc64nvme', 'md5']
    : [];
