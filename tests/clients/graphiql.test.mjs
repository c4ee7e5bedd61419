// GraphiQL in a real browser: it runs a query, shows the schema's words, and a subscription ticks in it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { House, handIn, place, root, sleep } from '../e2e/support.mjs';

const executablePath = '/usr/bin/chromium';
const skip = existsSync(executablePath) ? false : `no ${executablePath}: apt-get install chromium`;

let house;
let browser;
let page;
let citizen;
const complaints = [];
before(async () => {
  if (skip) return;
  house = await House.start('graphiql', { settings: { MOTCUA_GRAPHIQL_DIR: join(root, 'node_modules') } });
  citizen = house.token('citizen');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--ignore-certificate-errors'] });
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  page.on('console', (message) => { if (message.type() === 'error' && !/favicon/.test(message.location().url)) complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
}, { timeout: 60_000 });
after(async () => {
  await browser?.close();
  await house?.stop();
});

// The editors are CodeMirror's; a click on the tab and typing would do the same slowly.
const write = (area, text) => page.evaluate(([selector, value]) => {
  [...document.querySelectorAll(`${selector} .CodeMirror`)].at(-1).CodeMirror.setValue(value);
}, [area, text]);
const response = () => page.evaluate(() => document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? '');
const answered = (pattern) => page.waitForFunction((source) => new RegExp(source)
  .test(document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? ''), pattern, { timeout: 20_000 });
const run = () => page.click('.graphiql-execute-button');

test('the page loads from us alone, and asks for the schema', { skip, timeout: 60_000 }, async () => {
  const reply = await page.goto(`${house.origin}/graphiql`);
  assert.equal(reply.status(), 200);
  assert.match(reply.headers()['content-security-policy'], /default-src 'none'/);
  await page.waitForSelector('.graphiql-execute-button', { timeout: 30_000 });
  assert.equal(reply.headers()['content-encoding'] ?? 'gzip', 'gzip');
});

test('a query with a bearer token shows who asks', { skip, timeout: 60_000 }, async () => {
  await page.click('button[data-name="headers"]');
  await write('.graphiql-editor-tool', JSON.stringify({ Authorization: `Bearer ${citizen}` }));
  await write('.graphiql-query-editor', 'query Who { viewer { id name } }');
  await run();
  await answered('"viewer": \\{\\s+"id"');
});

test('the documentation shows our descriptions', { skip, timeout: 60_000 }, async () => {
  await page.click('button[aria-label="Show Documentation Explorer"]');
  await page.click('.graphiql-doc-explorer-content a.graphiql-doc-explorer-type-name:text-is("Query")');
  await page.waitForSelector('text=tra cứu hồ sơ theo mã', { timeout: 20_000 });
});

test('a subscription ticks', { skip, timeout: 90_000 }, async () => {
  house.database.number();
  const client = house.client();
  await write('.graphiql-query-editor', 'subscription Watch { dossierEvents { id event dossier { code } } }');
  await sleep(1_000); // GraphiQL looks for operations a while after the last key
  await run();
  await sleep(1_000);
  const { code } = await handIn(client, citizen, place(house.database));
  house.ring();
  await answered(`"code": "${code}"`).catch(async (late) => { throw new Error(`${late.message}: ${await response()} ${complaints}`); });
  assert.match(await response(), /dossierEvents/);
  await run(); // stops it
});

test('nothing was refused by the policy and nothing failed in the page', { skip }, () => {
  assert.deepEqual(complaints, []);
});

test('outside of development it is not there', { skip }, async () => {
  const own = await House.start('no_graphiql', { database: house.database, settings: { MOTCUA_DEVELOPMENT: 'no' } });
  assert.equal((await own.client().get('/graphiql')).status, 404);
  await own.stop();
  const open = await House.start('graphiql_on', { database: house.database, settings: { MOTCUA_DEVELOPMENT: 'no', MOTCUA_GRAPHIQL: 'yes',
    MOTCUA_GRAPHIQL_DIR: join(root, 'node_modules') } });
  assert.equal((await open.client().get('/graphiql')).status, 200);
  await open.stop();
});
