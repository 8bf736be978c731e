/** 128 random bits, in hex: nobody else will come upon them. */
export function newIdempotencyKey(): string {
  // `crypto.randomUUID` is missing on plain http.
  const words = crypto.getRandomValues(new Uint32Array(4));
  return [...words].map(word => word.toString(16).padStart(8, '0')).join('');
}
