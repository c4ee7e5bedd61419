// sign_in.mjs PERSON [DEVICE]: what an app does to sign in, printed. MOTCUA_ISSUERS_FILE and MOTCUA_PORT say where.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { codeOf } from './issuer.mjs';

const [who, device = '(dev) máy của tôi'] = process.argv.slice(2);
const { issuers } = JSON.parse(readFileSync(process.env.MOTCUA_ISSUERS_FILE, 'utf8'));
const query = `mutation($input: SignInInput!) { signIn(input: $input) {
  ... on SignedIn { accessToken expiresAt refreshToken viewer { id name kind } } ... on Failure { code message } } }`;
const body = JSON.stringify({ query, variables: { input: { ...(await codeOf(issuers[0].issuer, who)), device } } });
// The development certificate is our own.
const request = https.request({ port: process.env.MOTCUA_PORT, path: '/graphql', method: 'POST', rejectUnauthorized: false,
  headers: { 'content-type': 'application/json', accept: 'application/json' } }, (reply) => reply.pipe(process.stdout));
request.end(body);
