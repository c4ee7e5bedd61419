// An HTTP/2 TLS server whose next answers can be decided by the test.
import { once } from 'node:events';
import http2 from 'node:http2';

export async function http2Server(tls, answer) {
  const server = http2.createSecureServer({ ...tls });
  const sessions = new Set();
  const self = { sessions: 0, requests: 0 };
  server.on('session', (session) => {
    self.sessions++;
    sessions.add(session);
    session.on('error', () => {}).on('close', () => sessions.delete(session));
  });
  server.on('sessionError', () => {});
  server.on('stream', async (stream, headers) => {
    stream.on('error', () => {});
    self.requests++;
    const { session } = stream;
    const chunks = [];
    try {
      for await (const chunk of stream) chunks.push(chunk);
      const reply = await answer({ headers, body: Buffer.concat(chunks), stream, session });
      if (stream.destroyed || stream.closed || reply === null) return;
      stream.respond({ ':status': reply.status, ...reply.headers });
      stream.end(reply.body ?? '');
    } catch (error) {
      if (!stream.destroyed) stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
      if (error.code !== 'ERR_HTTP2_STREAM_ERROR') self.error ??= error;
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  self.origin = `https://localhost:${server.address().port}`;
  self.each = (visit) => sessions.forEach(visit);
  self.close = async () => {
    sessions.forEach((session) => session.destroy());
    await new Promise((resolve) => server.close(resolve));
  };
  return self;
}
