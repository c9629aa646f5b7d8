/** A program for benchmarks: serves one file of so many MiB out of memory, whole or in ranges, and tells its address and sum. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { modelBytes } from '../fakes/file-server.ts';

const body = modelBytes(Number(process.argv[2] ?? '64') * 1024 * 1024);
const server = createServer((request, response) => {
  const range = /^bytes=(\d+)-(\d*)$/u.exec(request.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const end = range?.[2] === undefined || range[2] === '' ? body.length : Math.min(body.length, Number(range[2]) + 1);
  response.writeHead(range === null ? 200 : 206, {
    'content-length': String(end - start),
    'accept-ranges': 'bytes',
    etag: '"one"',
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${body.length}` }),
  });
  response.end(request.method === 'HEAD' ? undefined : body.subarray(start, end));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  process.send?.({ url: `http://127.0.0.1:${address.port}/model.gguf`, sha256: createHash('sha256').update(body).digest('hex') });
});
process.once('disconnect', () => process.exit(0));
