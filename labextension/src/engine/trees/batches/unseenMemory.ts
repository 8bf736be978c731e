/**
 * Tell the garbage collector of memory that it does not see.
 *
 * An open file is a few bytes of JavaScript, and more than 10 KB of a browser's own, which go when the collector takes
 * the former. As it counts only these, it lets tens of thousands of files pile up (400 MB were seen in Chromium). A
 * buffer it counts as a whole, although pages of it that nobody touches take no memory.
 *
 * @param bytes - as many as are in use that it does not see.
 */
export function tellOfUnseen(bytes: number): void {
  // Nobody keeps it: it goes with the files.
  void new ArrayBuffer(bytes);
}
