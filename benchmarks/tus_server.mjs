// @tus/server on a port, with the page that uploads to it: node tus_server.mjs PORT FOLDER
import { createServer } from 'node:http';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [port, directory] = process.argv.slice(2);
const here = path => fileURLToPath(new URL(path, import.meta.url));
const files = new Map([
  ['/', ['text/html', here('tus_page.html')]],
  ['/tus.js', ['text/javascript', here('node_modules/tus-js-client/dist/tus.min.js')]]
]);

const tus = new Server({ path: '/files', datastore: new FileStore({ directory }) });

createServer((request, response) => {
  const file = files.get(request.url);
  if (file) {
    response.setHeader('Content-Type', file[0]);
    createReadStream(file[1]).pipe(response);
  } else {
    void tus.handle(request, response);
  }
}).listen(Number(port), '127.0.0.1');
