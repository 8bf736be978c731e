import type { IHasher, INetwork, IResumeStore } from './ports';

/** For a page that computes no digests. */
export const NO_HASHER: IHasher = {
  algorithms: [],
  digest: () => Promise.reject(new Error('This page computes no digests.'))
};

/** For a page that keeps nothing. */
export const NO_RESUME_STORE: IResumeStore = {
  remember: () => Promise.resolve(),
  remembered: () => Promise.resolve(new Set()),
  recall: () => Promise.resolve(null),
  forget: () => Promise.resolve(),
  largestBody: () => Promise.resolve(null),
  rememberLargestBody: () => Promise.resolve()
};

/** For a page that knows nothing of its network. */
export const ALWAYS_ONLINE: INetwork = {
  online: true,
  changed: { subscribe: () => () => undefined }
};
