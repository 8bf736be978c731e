/** A request that a store takes without a login, for a short time, when it is sent exactly so. */
export interface ISignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly expires: string;
}
