// graphql-http's audits: GraphQL over HTTP as its own suite reads it, over HTTP/1.1 and HTTP/2.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { auditServer } from 'graphql-http';
import { House } from '../e2e/support.mjs';
import { fetchOf } from './fetch.mjs';

let house;
before(async () => { house = await House.start('graphql_http'); });
after(() => house.stop());

async function fetchByHttp1(url, { method = 'GET', headers = {}, body } = {}) {
  const request = https.request(url, { method, ca: house.ca, headers: Object.fromEntries(new Headers(headers)) });
  request.end(body);
  const [reply] = await once(request, 'response');
  assert.equal(reply.httpVersion, '1.1');
  return new Response(Readable.toWeb(reply), { status: reply.statusCode, headers: Object.entries(reply.headers) });
}

async function audit(t, fetchFn) {
  const results = await auditServer({ url: `${house.origin}/graphql`, fetchFn });
  const level = (name) => name.split(' ')[0];
  const count = (word) => results.filter((result) => level(result.name) === word);
  for (const word of ['MUST', 'SHOULD', 'MAY'])
    t.diagnostic(`${word}: ${count(word).filter(({ status }) => status === 'ok').length} of ${count(word).length}`);
  const wrong = results.filter(({ status }) => status !== 'ok');
  assert.deepEqual(wrong.map(({ id, name, status, reason }) => `${id} ${status} ${name}: ${reason}`), []);
  assert.equal(results.length, 61);
}

test('every audit is passed over HTTP/1.1', (t) => audit(t, fetchByHttp1));

test('every audit is passed over HTTP/2', async (t) => {
  const net = fetchOf(house);
  await audit(t, net.fetch);
  net.close();
});
