// Of tokens that others signed one kind is good; more than a hundred forged or wrong ones are refused, each by the check
// that is there for it. Keys and signatures are Node's crypto's and jose's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { SignJWT, exportJWK } from 'jose';

const now = 1_800_000_000;
const issuer = 'https://issuer.example';
const audience = 'motcua-app';
const keys = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  pss: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed: generateKeyPairSync('ed25519'),
  other: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  small: generateKeyPairSync('rsa', { modulusLength: 1024 }),
  wide: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
};
const algorithms = { rsa: 'RS256', pss: 'PS256', ec: 'ES256', ed: 'EdDSA' };
const b64 = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const claims = (change = {}) => ({ iss: issuer, aud: audience, sub: 'someone', iat: now - 10, exp: now + 290, nonce: 'n-1', jti: 'j-1', ...change });
let jwks;
let driver;
let answers;

before(async () => {
  const set = [];
  for (const [kid, alg] of Object.entries(algorithms)) set.push({ ...(await exportJWK(keys[kid].publicKey)), kid, alg, use: 'sig' });
  jwks = JSON.stringify({ keys: set });
  driver = spawn(`${process.env.MOTCUA_BUILD_DIR}/bin/jwt_foreign_driver`, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  answers = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
});
after(() => driver.stdin.end());

async function ask(token, change = {}) {
  driver.stdin.write(`${JSON.stringify({ jwks, token, issuer, audience, list: false, nonce: 'n-1', now, life: 600, jti: true, ...change })}\n`);
  return (await answers.next()).value;
}

// Signs whatever it is given, well-formed or not.
function raw(header, payload, kid = 'ec') {
  const text = `${b64(header)}.${b64(payload)}`;
  const key = keys[kid].privateKey;
  const signature = kid === 'ed' ? sign(null, Buffer.from(text), key)
    : sign('sha256', Buffer.from(text), kid === 'ec' || kid === 'other' ? { key, dsaEncoding: 'ieee-p1363' } : key);
  return `${text}.${signature.toString('base64url')}`;
}
const header = (change = {}) => ({ alg: 'ES256', kid: 'ec', typ: 'JWT', ...change });
const good = (change) => raw(header(), claims(change));

test('each kind of key verifies its own algorithm', async () => {
  for (const [kid, alg] of Object.entries(algorithms)) {
    const token = await new SignJWT(claims()).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(keys[kid].privateKey);
    assert.equal(await ask(token), 'MC_OK someone', alg);
  }
});

test('what may differ, may', async () => {
  assert.equal(await ask(raw({ alg: 'ES256', kid: 'ec' }, claims())), 'MC_OK someone', 'no typ');
  assert.equal(await ask(good({ nbf: now + 30 })), 'MC_OK someone', 'nbf within the skew');
  assert.equal(await ask(good({ exp: now - 29, iat: now - 300 })), 'MC_OK someone', 'exp within the skew');
  assert.equal(await ask(good({ iat: now + 30, exp: now + 60 })), 'MC_OK someone', 'iat within the skew');
  assert.equal(await ask(good({ aud: ['x', audience] }), { list: true }), 'MC_OK someone', 'a list where it may stand');
  assert.equal(await ask(good({ exp: now - 10 + 600 })), 'MC_OK someone', 'the longest life');
  assert.equal(await ask(good({ nonce: undefined }), { nonce: undefined }), 'MC_OK someone', 'no nonce where none is wanted');
  const alone = JSON.stringify({ keys: [{ ...(await exportJWK(keys.ec.publicKey)) }] });
  assert.equal(await ask(raw({ alg: 'ES256' }, claims()), { jwks: alone }), 'MC_OK someone', 'the only key needs no name');
});

test('more than a hundred forged or wrong tokens are refused, by name', async () => {
  const token = good();
  const [h, p, s] = token.split('.');
  const publicPem = createPublicKey(keys.rsa.privateKey).export({ type: 'spki', format: 'pem' });
  const hmac = (key, change) => {
    const text = `${b64(header({ alg: 'HS256', ...change }))}.${p}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const sameJson = (text) => raw(header(), text);
  const der = sign('sha256', Buffer.from(`${h}.${p}`), keys.ec.privateKey).toString('base64url');
  const jwkOfOther = await exportJWK(keys.other.publicKey);
  const forged = [
    ['form', ''], ['form', 'x'], ['header', '..'], ['form', `${h}.${p}`], ['form', `${token}.`], ['form', `${token}.${s}`], ['form', ` ${token}`],
    ['form', `${token} `], ['form', `${token}=`], ['form', `${h}=.${p}.${s}`], ['form', `${h}.${p}=.${s}`], ['form', `${h}.${p}.${s}==`],
    ['form', token.replace('.', '\n.')], ['form', `${h}.${p}.${s.slice(0, -1)}+`], ['form', `${h}.${p}.${s.slice(0, -1)}/`],
    ['form', `${h}.${p}.${s.slice(0, -1)}\u0000`], ['form', `é${token}`], ['form', good({ padding: 'x'.repeat(16384) })], ['form', `${'A'.repeat(16385)}`],
    ['signature', `${h}.${p}.`], ['signature', `${h}.${p}.${s.slice(0, 40)}`], ['signature', `${h}.${p}.${b64(Buffer.alloc(64))}`],
    ['signature', `${h}.${p}.${der}`], ['signature', `${h}.${b64(claims({ sub: 'root' }))}.${s}`], ['signature', `${h}.${p}.${b64(Buffer.alloc(63, 1))}`],
    ['signature', `${h}.${p}.${b64(Buffer.alloc(65, 1))}`], ['signature', `${h}.${p}.${b64(Buffer.alloc(256, 1))}`],
    ['signature', `${b64(JSON.stringify(header()).replace('{', '{ '))}.${p}.${s}`],
    ['signature', raw(header(), claims(), 'other')], ['signature', `${b64(header({ alg: 'RS256', kid: 'rsa' }))}.${p}.${s}`],
    ['signature', raw(header({ alg: 'PS256', kid: 'pss' }), claims(), 'rsa')],
    ['alg', raw(header({ alg: 'none' }), claims())], ['alg', `${b64(header({ alg: 'none' }))}.${p}.`], ['alg', raw(header({ alg: 'None' }), claims())],
    ['alg', raw(header({ alg: 'NONE' }), claims())], ['alg', raw(header({ alg: 'es256' }), claims())], ['alg', raw(header({ alg: 'ES384' }), claims())],
    ['alg', raw(header({ alg: 'ES256K' }), claims())], ['alg', raw(header({ alg: '' }), claims())], ['alg', raw(header({ alg: null }), claims())],
    ['alg', raw(header({ alg: ['ES256'] }), claims())], ['alg', raw(header({ alg: 256 }), claims())], ['alg', raw({ kid: 'ec', typ: 'JWT' }, claims())],
    ['alg', raw(header({ alg: 'RS256' }), claims())], ['alg', raw(header({ alg: 'RS256', kid: 'ec' }), claims(), 'rsa')],
    ['alg', raw(header({ kid: 'rsa' }), claims())], ['alg', raw(header({ alg: 'RS256', kid: 'pss' }), claims(), 'pss')],
    ['alg', raw(header({ alg: 'PS256', kid: 'rsa' }), claims(), 'rsa')], ['alg', raw(header({ alg: 'Ed25519', kid: 'ed' }), claims(), 'ed')],
    ['alg', hmac(publicPem, { kid: 'rsa' })], ['alg', hmac('', {})], ['alg', hmac(jwks, {})], ['alg', hmac('ec', {})], ['alg', hmac(publicPem, {})],
    ['kid', raw(header({ kid: 'unknown' }), claims())], ['kid', raw(header({ kid: '' }), claims())], ['kid', raw(header({ kid: null }), claims())],
    ['kid', raw(header({ kid: 1 }), claims())], ['kid', raw(header({ kid: ['ec'] }), claims())], ['kid', raw(header({ kid: { a: 'ec' } }), claims())],
    ['kid', raw(header({ kid: '../../dev/null' }), claims())], ['kid', raw(header({ kid: '/proc/self/environ' }), claims())],
    ['kid', raw(header({ kid: "ec' OR '1'='1" }), claims())], ['kid', raw(header({ kid: 'ec;id' }), claims())], ['kid', raw(header({ kid: 'EC' }), claims())],
    ['kid', raw(header({ kid: 'ec ' }), claims())], ['kid', raw(header({ kid: 'x'.repeat(4096) }), claims())], ['kid', raw({ alg: 'ES256', typ: 'JWT' }, claims())],
    ['header', raw(header({ kid: 'ec\u0000' }), claims())],
    ['header', raw(header({ jku: 'https://evil.example/jwks' }), claims())], ['header', raw(header({ jwk: jwkOfOther }), claims(), 'other')],
    ['header', raw(header({ x5u: 'https://evil.example/c' }), claims())], ['header', raw(header({ x5c: ['MIIB'] }), claims())],
    ['header', raw(header({ x5t: 'AAAA' }), claims())], ['header', raw(header({ crit: ['exp'] }), claims())], ['header', raw(header({ crit: [] }), claims())],
    ['header', raw(header({ b64: false }), claims())], ['header', raw(header({ zip: 'DEF' }), claims())], ['header', raw(header({ cty: 'JWT' }), claims())],
    ['header', raw(header({ enc: 'A256GCM' }), claims())], ['header', raw('{"alg":"ES256","alg":"none","kid":"ec"}', claims())],
    ['header', raw('{"alg":"ES256","kid":"ec","kid":"other"}', claims())], ['header', raw('[]', claims())], ['header', raw('null', claims())],
    ['header', raw('"ES256"', claims())], ['header', raw('{"alg":"ES256","kid":"ec"', claims())], ['header', raw('{"alg":"ES256","kid":"ec"}x', claims())],
    ['header', raw('', claims())], ['header', raw(Buffer.from([0xff, 0xfe]), claims())],
    ['typ', raw(header({ typ: 'at+jwt' }), claims())], ['typ', raw(header({ typ: 'logout+jwt' }), claims())], ['typ', raw(header({ typ: 'JWE' }), claims())],
    ['typ', raw(header({ typ: 1 }), claims())], ['typ', raw(header({ typ: null }), claims())],
    ['iss', good({ iss: undefined })], ['iss', good({ iss: `${issuer}/` })], ['iss', good({ iss: issuer.toUpperCase() })], ['iss', good({ iss: [issuer] })],
    ['iss', good({ iss: 'https://evil.example' })], ['iss', good({ iss: '' })],
    ['aud', good({ aud: undefined })], ['aud', good({ aud: 'other' })], ['aud', good({ aud: [audience] })], ['aud', good({ aud: [] })], ['aud', good({ aud: {} })],
    ['aud', good({ aud: `${audience} other` })], ['aud', good({ aud: null })],
    ['sub', good({ sub: undefined })], ['sub', good({ sub: '' })], ['sub', good({ sub: 1 })], ['sub', good({ sub: 'x'.repeat(1025) })],
    ['nonce', good({ nonce: undefined })], ['nonce', good({ nonce: 'n-2' })], ['nonce', good({ nonce: ['n-1'] })],
    ['jti', good({ jti: undefined })], ['jti', good({ jti: '' })], ['jti', good({ jti: 7 })],
    ['iat', good({ iat: undefined })], ['iat', good({ iat: now + 31, exp: now + 60 })], ['iat', good({ iat: `${now}` })], ['iat', good({ iat: -1 })],
    ['iat', good({ iat: now + 0.5 })], ['iat', good({ iat: null })],
    ['exp', good({ exp: undefined })], ['exp', good({ exp: now - 30 })], ['exp', good({ exp: `${now + 60}` })], ['exp', good({ exp: now + 60.5 })], ['exp', good({ exp: 0 })],
    ['life', good({ exp: now - 10 + 601 })], ['life', good({ iat: 0, exp: now + 10 })], ['life', good({ exp: Number.MAX_SAFE_INTEGER })],
    ['life', good({ iat: now + 20, exp: now + 20 })],
    ['nbf', good({ nbf: now + 31 })], ['nbf', good({ nbf: 'soon' })], ['nbf', good({ nbf: null })],
    ['payload', sameJson('{"iss":"a","iss":"b"}')], ['payload', sameJson('[]')], ['payload', sameJson('')], ['payload', sameJson('{')],
    ['payload', sameJson(JSON.stringify(claims()).replace('someone', 'some\\u0000one'))], ['payload', sameJson(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['payload', sameJson(`${'['.repeat(5000)}${']'.repeat(5000)}`)],
  ];
  assert.ok(forged.length >= 100, `${forged.length} of them`);
  for (const [why, forgery] of forged) assert.equal(await ask(forgery), why, forgery.slice(0, 200));
});

test('a set with a secret, of no keys or of keys that do not fit is no set', async () => {
  const rsa = await exportJWK(keys.rsa.publicKey);
  const ec = await exportJWK(keys.ec.publicKey);
  const sets = [
    '', '{', '[]', '{}', '{"keys":{}}', '{"keys":[]}', JSON.stringify({ keys: [await exportJWK(keys.ec.privateKey)] }),
    JSON.stringify({ keys: [ec, await exportJWK(keys.rsa.privateKey)] }), JSON.stringify({ keys: [ec, { kty: 'oct', k: 'AAAA' }] }),
    JSON.stringify({ keys: [{ ...(await exportJWK(keys.small.publicKey)) }] }), JSON.stringify({ keys: [await exportJWK(keys.wide.publicKey)] }),
    JSON.stringify({ keys: [{ ...ec, use: 'enc' }] }), JSON.stringify({ keys: [{ ...ec, key_ops: ['encrypt'] }] }), JSON.stringify({ keys: [{ ...ec, alg: 'HS256' }] }),
    ...[{ use: 1 }, { use: null }, { alg: 1 }, { alg: null }, { alg: '' }, { key_ops: 'verify' }, { key_ops: [] }].map((change) => JSON.stringify({ keys: [{ ...ec, ...change }] })),
    JSON.stringify({ keys: [{ ...ec, x: ec.y, y: ec.x }] }), JSON.stringify({ keys: [{ ...rsa, e: 'AQ' }] }), JSON.stringify({ keys: [{ ...rsa, e: 'Ag' }] }),
    JSON.stringify({ keys: Array.from({ length: 33 }, (_, i) => ({ ...ec, kid: `k${i}` })) }), '{"keys":[],"keys":[]}',
  ];
  for (const set of sets) assert.equal(await ask(good(), { jwks: set }), 'jwks', set.slice(0, 120));
});
