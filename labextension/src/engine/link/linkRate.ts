/** How fast bytes went to the server last, bytes a second; one for all transfers of a page. */
export class LinkRate {
  private rate: number | null = null;

  /** @param onChange - worth remembering for the next visit. */
  constructor(
    private readonly onChange: (bytesPerSecond: number) => void = () =>
      undefined
  ) {}

  /** Null while nothing is known. */
  get last(): number | null {
    return this.rate;
  }

  /** What an earlier visit saw. */
  expect(bytesPerSecond: number): void {
    this.rate ??= bytesPerSecond;
  }

  /** @param bytesPerSecond - at the end of a file; null, or 0, when nothing was seen to move. */
  learn(bytesPerSecond: number | null): void {
    if (bytesPerSecond !== null && bytesPerSecond > 0) {
      this.rate = bytesPerSecond;
      this.onChange(bytesPerSecond);
    }
  }
}
