// Another process that goes on with an upload: node resume.mjs URL FILE CA TOKEN
import { readFileSync } from 'node:fs';
import { DefaultHttpStack, Upload } from 'tus-js-client';

const [url, file, ca, token] = process.argv.slice(2);
const upload = new Upload(readFileSync(file), {
  uploadUrl: url, chunkSize: 1 << 20, httpStack: new DefaultHttpStack({ ca: readFileSync(ca) }), retryDelays: null,
  headers: { authorization: `Bearer ${token}` },
  onProgress: (sent) => { upload.first ??= sent; },
  onError: (error) => { console.error(String(error)); process.exitCode = 1; },
  onSuccess: () => console.log(`done from ${upload.first}`),
});
upload.start();
