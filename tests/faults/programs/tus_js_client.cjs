// tus-js-client in Node. Usage: see the package; before it, the folder with its module, the module's name,
// the protocol, and the address of the service below the server's.
'use strict';

const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');

const [folder, module_, protocol, route, url, token, file, name, state] = process.argv.slice(2);
const load = createRequire(path.join(folder, 'package.json'));
const tus = load(module_);
// Since version 5 it is in a module of its own.
const { FileUrlStorage } = tus.FileUrlStorage ? tus : load(`${module_}/node/FileUrlStorage`);

const end = (code, reason) => {
  if (reason) console.log(String(reason).replaceAll('\n', ' ').slice(0, 300));
  process.exit(code);
};

const CHUNK = 2 ** 19;
const size = fs.statSync(file).size;
const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint: `${url}${route}`,
  headers: { Authorization: `token ${token}` },
  metadata: { filename: name },
  protocol,
  chunkSize: CHUNK,
  retryDelays: [50, 100, 200, 400, 800, 800],
  urlStorage: new FileUrlStorage(path.join(state, 'urls.json')),
  fingerprint: async () => name,
  storeFingerprintForResuming: true,
  onBeforeRequest: request => {
    // Version 5 sends bodies without a length, which most faults of the proxy leave alone.
    if (request.getMethod() === 'PATCH') {
      const offset = Number(request.getHeader('Upload-Offset'));
      request.setHeader('Content-Length', String(Math.min(CHUNK, size - offset)));
    }
  },
  onError: error => end(1, error),
  onSuccess: () => end(0)
});

upload.findPreviousUploads().then(
  previous => {
    if (previous.length > 0) upload.resumeFromPreviousUpload(previous[previous.length - 1]);
    upload.start();
  },
  error => end(1, error)
);
