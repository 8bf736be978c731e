/** Makes the bundle of `jupyter_bigupload.widget`: one file of code, which anywidget sends to the page, and one of style. */

import { build } from 'esbuild';

const outdir = '../jupyter_bigupload/widget/static';

const common = {
  bundle: true,
  format: 'esm',
  target: ['es2022'],
  minify: true,
  legalComments: 'none',
  logLevel: 'warning'
};

/** `bundled:hashing`: what computes digests, a bundle in the bundle, as text. */
const bundledHashing = {
  name: 'bundled-hashing',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^bundled:hashing$/ }, ({ path }) => ({
      path,
      namespace: 'bundled'
    }));
    onLoad({ filter: /.*/, namespace: 'bundled' }, async () => {
      const { outputFiles } = await build({
        ...common,
        entryPoints: ['src/widget/hashing.ts'],
        write: false
      });
      return { contents: outputFiles[0].text, loader: 'text' };
    });
  }
};

const { metafile } = await build({
  ...common,
  entryPoints: { widget: 'src/widget/index.ts' },
  outdir,
  alias: { react: 'preact/compat' },
  plugins: [bundledHashing],
  metafile: true
});
await build({
  ...common,
  target: ['chrome120', 'firefox117', 'safari17'],
  entryPoints: { widget: 'style/widget.css' },
  outdir
});

const foreign = Object.keys(metafile.inputs).filter(path =>
  /node_modules\/(@jupyterlab|@lumino|react)\//.test(path)
);
if (foreign.length > 0) {
  throw new Error(`The widget brings along ${foreign.join(', ')}`);
}
