// The workshop's issuer: OpenID Connect by npm's oidc-provider, on loopback, for the people of the sample province.
// `node tools/dev/issuer.mjs PORT FOLDER` writes FOLDER/issuers.json (what MOTCUA_ISSUERS_FILE names) and serves until it
// is told to stop; a browser is shown a page where one chooses who one is. Tests import Issuer and need no browser.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import Provider, { interactionPolicy } from 'oidc-provider';

export const redirectUri = 'vn.motcua.app:/signed-in';
export const secondFactor = 'loa3';

// The names are those of `motcua-server token`; the numbers are nobody's.
export const people = {
  citizen: { SoDinhDanh: '074090000011', HoVaTen: 'Nguyễn Thị An', NgaySinh: '1990-03-04' },
  citizen2: { SoDinhDanh: '074191000012', HoVaTen: 'Trần Văn Bình', NgaySinh: '1991-05-06' },
  newcomer: { SoDinhDanh: '079201000013', HoVaTen: 'Lê Minh Châu', NgaySinh: '2001-07-08' },
  officer: { SoDinhDanh: '074080000021', HoVaTen: 'Phạm Thu Dung', NgaySinh: '1980-09-10' },
  field: { SoDinhDanh: '074085000022', HoVaTen: 'Hoàng Văn Em', NgaySinh: '1985-11-12' },
};

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

export function newKey(kid) {
  return { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
}

// Nobody is asked for consent: the app is the issuer's own.
function policy() {
  const base = interactionPolicy.base();
  base.get('consent').checks.remove('native_client_prompt');
  return base;
}

function configuration(keys, clientKey, extraPeople) {
  const known = { ...people, ...extraPeople };
  const { d, ...publicKey } = clientKey;
  const client = (id) => ({
    client_id: id, application_type: 'native', redirect_uris: [redirectUri], grant_types: ['authorization_code'], response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', id_token_signed_response_alg: 'ES256', require_auth_time: true, jwks: { keys: [publicKey] },
  });
  return {
    clients: [client('motcua-citizens'), client('motcua-officers')],
    jwks: { keys },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: { openid: ['sub', 'SoDinhDanh', 'HoVaTen', 'NgaySinh'] },
    conformIdTokenClaims: false,
    acrValues: ['loa1', secondFactor],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { policy: policy(), url: (_, { uid }) => `/choose/${uid}` },
    ttl: { AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 600, Grant: 600, AccessToken: 300 },
    findAccount: (_, id) => (known[id] ? { accountId: id, claims: () => ({ sub: id, ...known[id] }) } : undefined),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  };
}

const page = (names, uid) => `<!doctype html><html lang="vi"><meta charset="utf-8"><title>motcua: ai đăng nhập?</title>
<h1>Ai đăng nhập?</h1>${names.map((name) => `<form method="post" action="/choose/${uid}"><button name="who" value="${name}">${name}</button></form>`).join('')}`;

export class Issuer {
  // port 0 takes a free one. The same place and port with other keys is the same issuer with its keys rolled over.
  static async start({ port = 0, place, keys = [newKey('issuer-1')], clientKey = newKey('motcua-1'), extraPeople = {} }) {
    const issuer = new Issuer();
    issuer.clientKey = clientKey;
    issuer.keys = keys;
    issuer.extraPeople = extraPeople;
    issuer.server = http.createServer((request, response) => issuer.#answer(request, response)).listen(port, '127.0.0.1');
    await once(issuer.server, 'listening');
    issuer.url = `http://127.0.0.1:${issuer.server.address().port}`;
    issuer.#renew();
    mkdirSync(place, { recursive: true });
    issuer.file = join(place, 'issuers.json');
    issuer.#write(place);
    return issuer;
  }

  #renew() {
    this.provider = new Provider(this.url, configuration(this.keys, this.clientKey, this.extraPeople));
    this.provider.on('server_error', (_, error) => console.error(`issuer: ${error.message}`));
  }

  #write(place) {
    const pem = createPrivateKey({ key: this.clientKey, format: 'jwk' }).export({ type: 'sec1', format: 'pem' });
    writeFileSync(join(place, 'client.pem'), pem, { mode: 0o600 });
    const issuer = (name, named) => ({
      name, people: named, issuer: this.url, clientId: `motcua-${name}`, key: 'client.pem', keyId: this.clientKey.kid, redirectUris: [redirectUri],
      secondFactor: [secondFactor], claims: { personalNo: 'SoDinhDanh', name: 'HoVaTen', bornOn: 'NgaySinh' },
    });
    writeFileSync(this.file, JSON.stringify({ issuers: [issuer('citizens', 'CITIZENS'), issuer('officers', 'OFFICERS')] }, null, 2));
  }

  rollOver(keys) {
    this.keys = keys;
    this.#renew();
  }

  async #answer(request, response) {
    const uid = /^\/choose\/([\w-]+)$/.exec(request.url)?.[1];
    if (!uid) return this.provider.callback()(request, response);
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return response.end(page(Object.keys(people), uid));
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const { params } = await this.provider.interactionDetails(request, response);
    const acr = params.acr_values?.split(' ')[0] ?? 'loa1';
    return this.provider.interactionFinished(request, response, { login: { accountId: form.get('who'), acr, amr: acr === secondFactor ? ['otp'] : ['pwd'] } });
  }

  code(who, options) {
    return codeOf(this.url, who, options);
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const refused = (text) => { throw new Error(`the issuer did not send us on: ${text.slice(0, 300)}`); };

// A browser's visits to one site: cookies are kept, redirects given back.
function browser(site) {
  const jar = new Map();
  return async (path, options = {}) => {
    const reply = await fetch(new URL(path, site), { ...options, redirect: 'manual', headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } });
    for (const cookie of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      jar.set(name, value);
    }
    return reply.headers.get('location') ?? refused(await reply.text());
  };
}

// What somebody does who is shown the page at an address: gives where the issuer sends the browser back to.
export async function visitAs(address, who) {
  const visit = browser(new URL(address).origin);
  const choose = await visit(address);
  const resume = await visit(choose, { method: 'POST', body: new URLSearchParams({ who }) });
  return visit(resume);
}

// What an app does with a browser: gives the code and what it is to be exchanged with, ready for Mutation.signIn.
export async function codeOf(url, who, { client = ['officer', 'field'].includes(who) ? 'officers' : 'citizens', acr = 'loa1' } = {}) {
  const codeVerifier = base64url(randomBytes(32));
  const nonce = base64url(randomBytes(16));
  const query = new URLSearchParams({ client_id: `motcua-${client}`, response_type: 'code', scope: 'openid', redirect_uri: redirectUri, nonce, state: 's',
    code_challenge_method: 'S256', code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'), acr_values: acr });
  const back = new URL(await visitAs(`${url}/auth?${query}`, who));
  return { issuer: client, code: back.searchParams.get('code') ?? refused(back.href), codeVerifier, redirectUri, nonce };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [port, place] = process.argv.slice(2);
  const issuer = await Issuer.start({ port: Number(port), place });
  console.log(`issuer: ${issuer.url}`);
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => issuer.stop().then(() => process.exit(0)));
}
