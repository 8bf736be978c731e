// Uploads a file with tus-js-client 5 by one of the drafts that it speaks, and says in JSON how it went.
// Usage: node upload.mjs OPTIONS, where OPTIONS is JSON (see client.py).
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Upload } from 'tus-js-client-5';
import { FileUrlStorage } from 'tus-js-client-5/node/FileUrlStorage';

const options = JSON.parse(process.argv[2]);
const say = result => console.log(JSON.stringify(result));
const requests = [];

// A stream of the Web is one that nobody knows the length of. (Of Node's own ones the client misses the end now
// and then, where a piece ends there too.)
const file = createReadStream(options.file);
const source = options.stream ? Readable.toWeb(file) : file;

const upload = new Upload(source, {
  endpoint: options.endpoint,
  protocol: options.protocol,
  chunkSize: options.chunkSize ?? Infinity,
  headers: { Authorization: `token ${options.token}` },
  metadata: { filename: options.name, ...options.metadata },
  retryDelays: options.retryDelays,
  uploadLengthDeferred: options.stream,
  uploadDataDuringCreation: options.duringCreation,
  urlStorage: new FileUrlStorage(options.storage),
  onAfterResponse: (request, response) => {
    const offset = response.getHeader('Upload-Offset');
    requests.push([request.getMethod(), response.getStatus(), offset ?? null]);
  },
  onChunkComplete: (_size, accepted) => {
    if (options.abortAt !== null && accepted >= options.abortAt) {
      upload.abort().then(() => say({ outcome: 'aborted', url: upload.url, requests }));
    }
  },
  onError: error => {
    say({ outcome: 'failed', message: String(error), url: upload.url, requests });
  },
  onSuccess: () => say({ outcome: 'done', url: upload.url, requests })
});

if (options.terminate) {
  upload.url = options.terminate;
  await upload.abort(true);
  say({ outcome: 'terminated', url: options.terminate, requests });
} else {
  const [previous] = options.stream ? [] : await upload.findPreviousUploads();
  if (previous) {
    upload.resumeFromPreviousUpload(previous);
  }
  upload.start();
}
