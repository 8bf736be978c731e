// @tus/server with its file store, for the conformance suite to be held against.
// Usage: node server.mjs PORT FOLDER
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [port, directory] = process.argv.slice(2);
const store = new FileStore({ directory, expirationPeriodInMilliseconds: 3_600_000 });

// A PATCH that breaks off ends the process otherwise, now and then: "ReadableStream is already closed".
process.on('uncaughtException', error => console.error(error));

new Server({ path: '/files', datastore: store, maxSize: 2 ** 30 }).listen({
  host: '127.0.0.1',
  port: Number(port),
});
