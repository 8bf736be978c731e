// tus-js-client, as a program: one upload, or one that is gone on with, as the JSON in its argument says.
// It prints what became of it as JSON, and ends at once when it is to be interrupted.
import fs from 'node:fs';
import { PassThrough } from 'node:stream';
import * as tus from 'tus-js-client';

const { endpoint, headers, file, metadata, storage, options, stopAt, terminate } = JSON.parse(
  process.argv[2]
);

function end(result) {
  fs.writeSync(1, JSON.stringify(result));
  process.exit(0);
}

// Of a stream that is one of a file it knows the length.
const source = fs.createReadStream(file);
const upload = new tus.Upload(options.uploadLengthDeferred ? source.pipe(new PassThrough()) : source, {
  endpoint,
  headers,
  metadata,
  retryDelays: Array(40).fill(20),
  ...(storage ? { urlStorage: new tus.FileUrlStorage(storage) } : {}),
  ...options,
  onError: error => end({ error: String(error), status: error.originalResponse?.getStatus() ?? null }),
  onSuccess: () => end({ url: upload.url }),
  onProgress(sent) {
    // The process dies, as when somebody closes it.
    if (stopAt !== undefined && sent >= stopAt) {
      end({ stopped: sent, url: upload.url });
    }
  },
  async onChunkComplete(_size, accepted) {
    if (terminate) {
      await upload.abort(true);
      end({ terminated: accepted });
    }
  }
});

const previous = storage ? await upload.findPreviousUploads() : [];
if (previous.length > 0) {
  upload.resumeFromPreviousUpload(previous[0]);
}
upload.start();
