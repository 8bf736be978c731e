// What the page has of Uppy; esbuild makes one file of it.
export { default as Uppy } from '@uppy/core';
export { default as Tus } from '@uppy/tus';
