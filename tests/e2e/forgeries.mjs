// What forgers of signed tokens try, for any kind of token: each is refused whoever it is shown to.
import { createHmac, randomBytes } from 'node:crypto';

const base64url = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');

// sign(text) gives a signature's bytes. Header and payload may be anything.
export function compact(header, payload, sign) {
  const text = `${base64url(header)}.${base64url(payload)}`;
  return `${text}.${sign(text).toString('base64url')}`;
}

// Of a good token { header, claims, sign }: wrongSign signs as well, by another key; secrets are what a forger might take
// for a secret of HMAC; wrongTypes, wrongAlgorithms: of the header; texts: claims that must be there. All have a true
// signature but those about the signature. Gives [what, token] pairs.
export function forgeries({ header, claims, sign, wrongSign, secrets, wrongTypes, wrongAlgorithms, texts }) {
  const now = Math.floor(Date.now() / 1000);
  const good = compact(header, claims, sign);
  const [h, p, s] = good.split('.');
  const of = (headerChange, claimsChange) => compact({ ...header, ...headerChange }, { ...claims, ...claimsChange }, sign);
  const signatureBytes = Buffer.from(s, 'base64url');
  const flipped = (at) => Buffer.from(signatureBytes.map((byte, i) => (i === at ? byte ^ 1 : byte))).toString('base64url');
  const hmac = (secret, more) => compact({ ...header, alg: 'HS256', ...more }, claims, (text) => createHmac('sha256', secret).update(text).digest());
  const list = [];
  const add = (what, ...tokens) => tokens.forEach((token, i) => list.push([`${what} ${i}`, token]));
  const addHeaders = (what, ...changes) => add(what, ...changes.map((change) => of(change)));
  const addClaims = (what, ...changes) => add(what, ...changes.map((change) => of({}, change)));

  add('form', 'x', '.', '..', '...', h, `${h}.${p}`, `${h}.${p}.`, `.${p}.${s}`, `${h}..${s}`, `${good}.`, `${good}.${s}`, `${good}=`, `${h}=.${p}.${s}`,
    `${h}.${p}=.${s}`, `${good}==`, `${h}.${p}.${s.slice(0, -1)}+`, `${h}.${p}.${s.slice(0, -1)}/`, `${h}.${p}.${s.slice(0, -1)}%`, `${h}.${p}.${s.slice(0, -2)}`,
    good.replace('.', '\n.'), ` ${good}`, `${good} `, `${good}\u0000`, `é${good}`, `${good},${good}`, `"${good}"`, JSON.stringify({ payload: p, protected: h, signature: s }));
  add('long', of({}, { pad: 'x'.repeat(4096) }), of({}, { pad: 'x'.repeat(5120) }), of({}, { pad: 'x'.repeat(20480) }), of({ kid: 'k'.repeat(5120) }), 'A'.repeat(5120));
  add('signature', `${h}.${p}.${base64url(Buffer.alloc(signatureBytes.length))}`, `${h}.${p}.${base64url(Buffer.alloc(signatureBytes.length, 0xff))}`,
    `${h}.${p}.${base64url(randomBytes(signatureBytes.length))}`, `${h}.${p}.${flipped(0)}`, `${h}.${p}.${flipped(signatureBytes.length - 1)}`,
    `${h}.${p}.${base64url(signatureBytes.subarray(1))}`, `${h}.${p}.${base64url(Buffer.concat([signatureBytes, Buffer.alloc(1)]))}`,
    `${h}.${base64url({ ...claims, sub: 'root' })}.${s}`, `${base64url(JSON.stringify(header).replace('{', '{ '))}.${p}.${s}`,
    compact(header, claims, wrongSign), compact(header, claims, () => Buffer.alloc(0)));
  addHeaders('alg', { alg: 'none' }, { alg: 'None' }, { alg: 'NONE' }, { alg: 'nOnE' }, { alg: '' }, { alg: null }, { alg: [header.alg] }, { alg: 256 }, { alg: {} },
    { alg: header.alg.toLowerCase() === header.alg ? 'X' : header.alg.toLowerCase() }, { alg: undefined }, { alg: `${header.alg} ` },
    ...wrongAlgorithms.map((alg) => ({ alg })));
  add('none', `${base64url({ ...header, alg: 'none' })}.${p}.`, `${base64url({ alg: 'none' })}.${p}.`);
  for (const [name, secret] of Object.entries(secrets)) add(`HMAC by ${name}`, hmac(secret), hmac(secret, { kid: undefined }), hmac(secret, { kid: '' }));
  addHeaders('kid', { kid: undefined }, { kid: '' }, { kid: null }, { kid: 1 }, { kid: [header.kid] }, { kid: {} }, { kid: 'unknown' }, { kid: header.kid.toUpperCase() },
    { kid: `${header.kid} ` }, { kid: `${header.kid}\u0000` }, { kid: '../../../../dev/null' }, { kid: '/proc/self/environ' }, { kid: 'file:///dev/null' },
    { kid: "x' UNION SELECT 'AAAA' --" }, { kid: `${header.kid}' OR '1'='1` }, { kid: '$(id)' }, { kid: '|id' }, { kid: '%s%n' }, { kid: '*' }, { kid: '__proto__' });
  addHeaders('header', { jku: 'https://evil.example/jwks' }, { jwk: { kty: 'oct', k: 'AAAA' } }, { x5u: 'https://evil.example/c' }, { x5c: ['MIIB'] }, { x5t: 'AAAA' },
    { 'x5t#S256': 'AAAA' }, { crit: ['exp'] }, { crit: [] }, { b64: false }, { b64: false, crit: ['b64'] }, { zip: 'DEF' }, { cty: 'JWT' }, { enc: 'A256GCM' }, { iss: claims.iss });
  add('header', ...['', '{', '[]', 'null', '"x"', '1', `${JSON.stringify(header)}x`, JSON.stringify(header).replace('{', `{"alg":"none",`),
    JSON.stringify(header).replace('{', `{"kid":"unknown",`), JSON.stringify(header).replace('}', `,"alg":"none"}`), Buffer.from([0xff, 0xfe]), `${'['.repeat(2000)}`]
    .map((text) => compact(text, claims, sign)));
  addHeaders('typ', ...wrongTypes.map((typ) => ({ typ })));
  for (const name of ['iss', ...texts]) addClaims(name, { [name]: undefined }, { [name]: '' }, { [name]: null }, { [name]: 1 }, { [name]: [claims[name]] }, { [name]: 'x'.repeat(1025) });
  addClaims('iss', { iss: `${claims.iss}/` }, { iss: claims.iss.toUpperCase() }, { iss: 'https://evil.example' }, { iss: `${claims.iss}\u0000` });
  addClaims('aud', { aud: undefined }, { aud: 'other' }, { aud: '' }, { aud: null }, { aud: {} }, { aud: [] }, { aud: ['other', claims.aud] }, { aud: `${claims.aud} other` },
    { aud: claims.aud.toUpperCase() });
  addClaims('exp', { exp: undefined }, { exp: now - 120, iat: now - 180 }, { exp: 0 }, { exp: -1 }, { exp: `${now + 60}` }, { exp: now + 60.5 }, { exp: null }, { exp: true },
    { exp: now - 86400, iat: now - 86460 }, { exp: Number.MAX_SAFE_INTEGER }, { exp: now + 200_000 });
  addClaims('iat', { iat: undefined }, { iat: now + 120, exp: now + 180 }, { iat: `${now}` }, { iat: -1 }, { iat: null }, { iat: 0 }, { iat: now + 0.5 });
  addClaims('nbf', { nbf: now + 120 }, { nbf: `${now}` }, { nbf: null });
  add('payload', ...['', '{', '[]', 'null', '"x"', `${JSON.stringify(claims)}x`, JSON.stringify(claims).replace('{', `{"iss":"https://evil.example",`),
    JSON.stringify(claims).replace('{', `{"sub":"root",`), JSON.stringify(claims).replace('}', `,"exp":${now + 100}}`), Buffer.from([0x7b, 0xff, 0x7d]),
    JSON.stringify(claims).replace('"sub":"', '"sub":"\\u0000'), `${'['.repeat(2000)}${']'.repeat(2000)}`].map((text) => compact(header, text, sign)));
  return list;
}
