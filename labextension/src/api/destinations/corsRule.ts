import type { IDestination } from '../../destinations';

/** Seconds for which browsers need not ask again. */
const REMEMBER = 3000;

/** What lets pages of `origin` send parts to a bucket, in the JSON that its console or command line takes. */
export function corsRule({ kind, url }: IDestination, origin: string): string {
  const rule =
    kind === 'azure'
      ? azureRule(origin)
      : url?.startsWith('gs://')
        ? googleRule(origin)
        : s3Rule(origin);
  return JSON.stringify([rule], null, 2);
}

function s3Rule(origin: string): object {
  return {
    AllowedOrigins: [origin],
    AllowedMethods: ['PUT'],
    AllowedHeaders: ['*'],
    MaxAgeSeconds: REMEMBER
  };
}

function googleRule(origin: string): object {
  return {
    origin: [origin],
    method: ['PUT'],
    responseHeader: ['*'],
    maxAgeSeconds: REMEMBER
  };
}

function azureRule(origin: string): object {
  return {
    allowedOrigins: [origin],
    allowedMethods: ['PUT'],
    allowedHeaders: ['*'],
    exposedHeaders: [],
    maxAgeInSeconds: REMEMBER
  };
}
