/** The bundle of hashing.ts as text: `build.mjs` puts it here. */
declare module 'bundled:hashing' {
  const code: string;
  export default code;
}
