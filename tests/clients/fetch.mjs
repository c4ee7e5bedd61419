// fetch as the clients expect it, trusting the test's certificate: over HTTP/2, one connection for all.
import { once } from 'node:events';
import http2 from 'node:http2';
import { Readable } from 'node:stream';

// Gives { fetch, sent, close }: sent lists what was asked, as { method, path, body }.
export function fetchOf(house, { headers: always = {} } = {}) {
  const session = http2.connect(house.origin, { ca: house.ca });
  session.on('error', () => {});
  const sent = [];

  async function fetch(url, { method = 'GET', headers = {}, body, signal } = {}) {
    const { pathname, search } = new URL(url, house.origin);
    const given = Object.fromEntries([...new Headers(headers)]);
    const stream = session.request({ ':method': method, ':path': pathname + search, ...always, ...given },
      { endStream: body === undefined });
    sent.push({ method, path: pathname + search, body });
    if (body !== undefined) stream.end(body);
    stream.on('error', () => {});
    const aborted = () => stream.close(http2.constants.NGHTTP2_CANCEL);
    if (signal?.aborted) aborted();
    signal?.addEventListener('abort', aborted);
    const [found] = await once(stream, 'response');
    return new Response(Readable.toWeb(stream), { status: found[':status'],
      headers: Object.entries(found).filter(([name]) => !name.startsWith(':')) });
  }
  return { fetch, sent, close: () => session.destroy() };
}
