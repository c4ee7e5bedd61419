// Staff: roles granted, withdrawn, begun and ended by the clock count in every process within a second, on open streams, too;
// substitutes; officers added; an agency's first administrator. `officer` administers the agency that `field` works for.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { decodeJwt } from 'jose';
import { Issuer } from '../../tools/dev/issuer.mjs';
import { House, acceptIt, command, handIn, key, place as placeOf, programs, secondMs, sleep, until, within } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'motcua-issuer-'));
const extraPeople = {
  added: { SoDinhDanh: '074082000031', HoVaTen: 'Đỗ Thị Hoa', NgaySinh: '1982-01-02' },
  first: { SoDinhDanh: '074079000032', HoVaTen: 'Bùi Văn Ích', NgaySinh: '1979-03-04' },
};
let issuer;
let house;
let client;
let admin; // a token of the administrator
let field; // of the officer whose rights change
let ids; // public ids of officers 1, 2, 3
const peers = [];

before(async () => {
  issuer = await Issuer.start({ place: folder, extraPeople });
  house = await House.start('staff', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_ISSUERS_FILE: issuer.file } });
  client = house.client();
  ids = house.database.sql('SELECT public_id FROM officer WHERE id <= 3 ORDER BY id').split('\n');
  for (let i = 0; i < 8; i++) peers.push(house.client());
});
beforeEach(() => { [admin, field] = [house.token('officer'), house.token('field')]; });
after(async () => {
  await house?.stop();
  await issuer?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const payloads = {
  grantRole: '... on RoleGranted { grant { id role from until } }',
  withdrawRole: '... on RoleWithdrawn { id }',
  substituteOfficer: '... on OfficerSubstituted { substitution { id officer { id } substitute { id } withAdministration } }',
  endSubstitution: '... on SubstitutionEnded { id }',
  addOfficer: '... on OfficerAdded { officer { id name roles { role } } }',
};
async function change(name, input, token = admin, idempotencyKey = key()) {
  const data = await client.data(`mutation($input: ${name[0].toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ${payloads[name]}
    ... on Failure { code } ... on GuardFailed { problems { path } } } }`, { token, variables: { input: { idempotencyKey, ...input } } });
  return data[name];
}
async function grant(role, more = {}, officer = ids[1]) {
  const reply = await change('grantRole', { officer, role, ...more });
  assert.equal(reply.__typename, 'RoleGranted', JSON.stringify(reply));
  return reply.grant;
}
const withdraw = async ({ id }) => assert.deepEqual(await change('withdrawRole', { id }), { __typename: 'RoleWithdrawn', id });

// What a session's rights show, in whatever process: who is a head is shown the agency's staff.
const heads = async (peer, token = field) => (await peer.data('{ viewer { staff(first: 1) { nodes { id } } } }', { token })).viewer.staff !== null;
async function everywhere(expected, token = field) {
  for (const peer of peers) if ((await heads(peer, token)) !== expected) return false;
  return true;
}
const soon = (what, expected, token) => until(what, () => everywhere(expected, token), secondMs);
const own = async (token = field) => (await client.data('{ viewer { roles { role until substituteFor { id } } } }', { token })).viewer.roles;
const watch = 'subscription { dossierEvents { id } }';
async function streams(token = field) {
  const open = [];
  for (const peer of peers) open.push(await peer.events(watch, { token }));
  return open;
}
// Without a word: its client comes back, and is read anew.
async function endWithin(open, since = Date.now()) {
  for (const stream of open) {
    await stream.end(Math.max(0, since + secondMs - Date.now()));
    assert.deepEqual(stream.list, []);
  }
}

test('R26: a role that is granted counts within a second in every process, and one withdrawn no more', async () => {
  assert.ok(await everywhere(false));
  const granted = await grant('HEAD');
  await soon('the role counts', true);
  assert.deepEqual((await own()).map(({ role }) => role), ['HEAD', 'FIELD']);
  await withdraw(granted);
  await soon('it counts no more', false);
});

test('R26: what a role allows is allowed with it alone', async () => {
  const where = placeOf(house.database);
  const { code } = await handIn(client, house.token('citizen'), where);
  assert.equal((await acceptIt(client, field, code)).__typename, 'NotAllowed');
  const granted = await grant('INTAKE');
  await until('it may accept', async () => (await acceptIt(client, field, code)).dossier, secondMs);
  await withdraw(granted);
  await until('the role counts no more', async () => {
    const next = await handIn(client, house.token('citizen'), where);
    return (await acceptIt(client, field, next.code)).__typename === 'NotAllowed';
  }, secondMs);
});

test('R26: who has no role left sees nothing of the agency', async () => {
  const only = house.database.sql(`SELECT id FROM staff_grant WHERE officer = 2 AND role = 'FIELD' AND withdrawn_at IS NULL`);
  const count = async () => (await client.data('{ viewer { counts { all } } }', { token: field })).viewer.counts.all;
  assert.ok(await count() > 0);
  await withdraw({ id: only });
  await until('it sees nothing', async () => await count() === 0, secondMs);
  await grant('FIELD');
  await until('it sees them again', async () => await count() > 0, secondMs);
});

test('R26: a withdrawal ends the officer\'s open streams within a second, and no other\'s', async () => {
  const granted = await grant('HEAD');
  await soon('the role counts', true);
  const [open, others] = [await streams(), await streams(admin)];
  await withdraw(granted);
  await endWithin(open);
  assert.ok(others.every(({ ended }) => !ended));
  for (const stream of others) stream.close();
});

test('R26: a role begins and ends by the clock, within a second, on open streams, too', async () => {
  const from = Date.now() + 7000;
  const end = from + 7000;
  const granted = await grant('HEAD', { from: new Date(from).toISOString(), until: new Date(end).toISOString() });
  assert.ok(await everywhere(false), 'before its beginning it does not count');
  await sleep(from - 4000 - Date.now()); // its coming has been told to all by now
  const waiting = await streams();
  assert.ok(await everywhere(false));
  await sleep(from - Date.now());
  await soon('it has begun', true);
  await endWithin(waiting, from);
  const open = await streams();
  await sleep(end - Date.now());
  await soon('it has ended', false);
  await endWithin(open, end);
  assert.equal(house.database.sql(`SELECT count(*) FROM staff_grant WHERE id = '${granted.id}' AND withdrawn_at IS NULL`), '1');
});

test('nobody grants himself, another agency\'s officer, or without being administrator and a second factor', async () => {
  const other = { officer: ids[2], role: 'INTAKE' };
  assert.equal((await change('grantRole', { officer: ids[0], role: 'INSPECTOR' })).__typename, 'NotAllowed');
  assert.equal((await change('grantRole', other)).__typename, 'NotAllowed');
  assert.equal((await change('grantRole', { officer: 'nobody', role: 'INTAKE' })).__typename, 'NotAllowed');
  assert.equal((await change('grantRole', { officer: ids[1], role: 'SIGNER' }, field)).__typename, 'NotAllowed');
  house.database.sql(`UPDATE session SET stepped_up_at = now() - interval '901 s' WHERE id = '${decodeJwt(admin).sid}'`);
  const id = house.database.sql(`SELECT id FROM staff_grant WHERE officer = 2 AND role = 'FIELD' AND withdrawn_at IS NULL`);
  const until1 = new Date(Date.now() + 3600_000).toISOString();
  for (const [name, input] of Object.entries({ grantRole: { officer: ids[1], role: 'SIGNER' }, withdrawRole: { id },
    substituteOfficer: { officer: ids[0], substitute: ids[1], until: until1 }, addOfficer: { name: 'Ai Đó', personalNo: '074082000099' } }))
    assert.equal((await change(name, input)).__typename, 'StepUpRequired', name);
  assert.deepEqual((await own()).map(({ role }) => role), ['FIELD']);
});

test('a repeated grant is the same one; a bad one says what is wrong with it', async () => {
  const again = key();
  const input = { officer: ids[1], role: 'NOTICE_EDITOR' };
  const [first, second] = [await change('grantRole', input, admin, again), await change('grantRole', input, admin, again)];
  assert.deepEqual(second, first);
  assert.deepEqual((await change('grantRole', input)).problems, [{ path: 'role' }]);
  assert.deepEqual((await change('grantRole', { officer: ids[1], role: 'KING' })).problems, [{ path: 'role' }]);
  assert.deepEqual((await change('grantRole', { officer: ids[1], role: 'INTAKE', until: '2026-01-01T00:00:00Z' })).problems, [{ path: 'until' }]);
  await withdraw(first.grant);
  assert.equal((await change('withdrawRole', { id: first.grant.id })).__typename, 'NotAllowed', 'once');
});

test('the last administrator of an agency cannot be withdrawn', async () => {
  const id = house.database.sql(`SELECT id FROM staff_grant WHERE officer = 1 AND role = 'ADMINISTRATOR' AND withdrawn_at IS NULL`);
  assert.deepEqual(await change('withdrawRole', { id }), { __typename: 'GuardFailed', code: 'GUARD_FAILED', problems: [{ path: 'id' }] });
  const second = await grant('ADMINISTRATOR');
  await withdraw(second);
});

test('of two administrators who withdraw each other at once, one is left', async () => {
  const second = await grant('ADMINISTRATOR');
  const first = house.database.sql(`SELECT id FROM staff_grant WHERE officer = 1 AND role = 'ADMINISTRATOR' AND withdrawn_at IS NULL`);
  const holder = house.database.session();
  try {
    // As the first one's own transaction would, and left open.
    await holder.sql('BEGIN; SET LOCAL search_path = motcua, pg_temp; SET LOCAL SESSION AUTHORIZATION app_officer');
    await holder.sql(`SELECT set_config('app.viewer', 'OFFICER|1|||||${decodeJwt(admin).sid}', true)`);
    assert.equal(await holder.sql(`SELECT failure IS NULL FROM motcua.withdraw_role('${second.id}')`), 't');
    const other = change('withdrawRole', { id: first }, field);
    await until('the second waits', () => house.database.sql(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`) === '1');
    await holder.sql('COMMIT');
    assert.equal((await other).__typename, 'NotAllowed');
  } finally {
    await holder.end();
  }
  assert.equal(house.database.sql(`SELECT officer FROM staff_grant g WHERE role = 'ADMINISTRATOR' AND held @> now() AND agency = (SELECT agency FROM officer WHERE id = 1)`), '1');
});

test('R26: a substitute holds the absent officer\'s roles while it is absent, and none that the absent one lost', async () => {
  const reply = await change('substituteOfficer', { officer: ids[0], substitute: ids[1], until: new Date(Date.now() + 3600_000).toISOString() });
  assert.equal(reply.__typename, 'OfficerSubstituted', JSON.stringify(reply));
  assert.deepEqual([reply.substitution.officer.id, reply.substitution.substitute.id, reply.substitution.withAdministration], [ids[0], ids[1], false]);
  await soon('the substitute heads the agency', true);
  const held = await own();
  assert.ok(held.some(({ role, substituteFor }) => role === 'SIGNER' && substituteFor?.id === ids[0]), JSON.stringify(held));
  assert.ok(held.every(({ role, substituteFor, until: end }) => role !== 'ADMINISTRATOR' && (substituteFor === null || end !== null)));
  assert.equal((await change('grantRole', { officer: ids[1], role: 'INTAKE' }, field)).__typename, 'NotAllowed', 'administration does not pass over');
  const { viewer } = await client.data('{ viewer { staff(first: 1) { nodes { substitutions { id substitute { id } } } } } }', { token: admin });
  assert.deepEqual(viewer.staff.nodes[0].substitutions, [{ id: reply.substitution.id, substitute: { id: ids[1] } }]);

  // The absent officer stops being head; an administrator's hand is needed that is not its own.
  house.database.sql(`INSERT INTO staff_grant (officer, agency, role) SELECT 2, agency, 'ADMINISTRATOR' FROM officer WHERE id = 2`);
  const head = house.database.sql(`SELECT id FROM staff_grant WHERE officer = 1 AND role = 'HEAD' AND withdrawn_at IS NULL`);
  const open = await streams();
  assert.equal((await change('withdrawRole', { id: head }, field)).__typename, 'RoleWithdrawn');
  await endWithin(open);
  assert.ok(!(await own()).some(({ role }) => role === 'HEAD'));
  assert.equal((await change('grantRole', { officer: ids[0], role: 'HEAD' }, field)).__typename, 'RoleGranted');
  await withdraw({ id: house.database.sql(`SELECT id FROM staff_grant WHERE officer = 2 AND role = 'ADMINISTRATOR' AND withdrawn_at IS NULL`) });
  await soon('heading again by substitution', true);

  assert.equal((await change('endSubstitution', { id: reply.substitution.id })).__typename, 'SubstitutionEnded');
  await soon('the substitute is what it was', false);
  assert.deepEqual((await own()).map(({ role }) => role), ['FIELD']);
});

test('R26: each change is audited by whom, to whom and what, and nothing else', () => {
  const rows = house.database.sql(`SELECT act, actor_kind || actor_id, object, body, session IS NOT NULL FROM audit WHERE act LIKE 'staff.%' ORDER BY at`).split('\n');
  for (const act of ['grant', 'withdraw', 'substitute', 'end_substitution'])
    assert.ok(rows.some((row) => row.startsWith(`staff.${act}|OFFICER1|officer:${ids[1]}|`) && row.endsWith('|t')), `${act}: ${rows.join('\n')}`);
  const changes = house.database.sql(`SELECT count(granted_by) + count(withdrawn_by) FROM staff_grant`);
  assert.equal(rows.filter((row) => /^staff\.(grant|withdraw)\|/.test(row)).length, Number(changes), 'one row a change');
});

// ---- people ----

const signIn = `mutation($input: SignInInput!) { signIn(input: $input) { __typename ... on SignedIn { accessToken viewer { id kind } } } }`;
async function come(who, options = {}) {
  const { signIn: reply } = await client.data(signIn, { variables: { input: { ...(await issuer.code(who, { client: 'officers', ...options })), device: 'x' } } });
  return reply;
}

test('an added officer signs in, and may do nothing until a role is granted', async () => {
  const input = { name: extraPeople.added.HoVaTen, personalNo: extraPeople.added.SoDinhDanh };
  assert.equal((await come('added')).__typename, 'NotAllowed');
  for (const personalNo of ['07408200003', '0740820000311', 'x'.repeat(12), '099082000031', ''])
    assert.deepEqual((await change('addOfficer', { ...input, personalNo })).problems, [{ path: 'personalNo' }], personalNo);
  assert.deepEqual((await change('addOfficer', { ...input, name: ' ' })).problems, [{ path: 'name' }]);
  const again = key();
  const reply = await change('addOfficer', input, admin, again);
  assert.deepEqual([reply.officer?.name, reply.officer?.roles], [input.name, []], JSON.stringify(reply));
  assert.deepEqual(await change('addOfficer', input, admin, again), reply, 'a repeat is the same officer');
  assert.equal((await change('addOfficer', { ...input, personalNo: '074082000098' }, admin, again)).code, 'KEY_REUSED', 'another number is another request');
  assert.deepEqual((await change('addOfficer', input)).problems, [{ path: 'personalNo' }], 'nobody is two officers');

  const { viewer, accessToken } = await come('added');
  assert.deepEqual(viewer, { id: reply.officer.id, kind: 'OFFICER' });
  const { viewer: seen } = await client.data('{ viewer { roles { role } counts { all } staff { nodes { id } } } }', { token: accessToken });
  assert.deepEqual(seen, { roles: [], counts: { all: 0 }, staff: null });
  await grant('HEAD', {}, reply.officer.id);
  await soon('the role counts', true, accessToken);
});

test('the number of an added officer is kept sealed, and in no digest that could be guessed', async () => {
  const { HoVaTen: name, SoDinhDanh: personalNo } = extraPeople.added;
  assert.ok(!house.database.sql('SELECT encode(personal_no, \'escape\') FROM officer WHERE personal_no IS NOT NULL').includes(personalNo));
  assert.ok(!house.database.sql('SELECT body, object FROM audit').includes(personalNo));
  const digests = house.database.sql(`SELECT key, encode(request_sha256, 'hex') FROM idempotency WHERE outcome_type IN ('OfficerAdded', 'RoleWithdrawn')`)
    .split('\n').map((row) => row.split('|'));
  const digest = (field, input) => createHash('sha256').update(`${field}${JSON.stringify(input)}`).digest('hex');
  const withdrawn = house.database.sql('SELECT id FROM staff_grant WHERE withdrawn_at IS NOT NULL').split('\n');
  assert.ok(digests.some(([each, sha]) => withdrawn.some((id) => sha === digest('withdrawRole', { idempotencyKey: each, id }))), 'this is how a digest is made');
  assert.ok(!digests.some(([each, sha]) => sha === digest('addOfficer', { idempotencyKey: each, name, personalNo })));
});

// Not spawnSync: the issuer answers in this process, and its connections would time out.
async function appoint(args, ...lines) {
  const child = spawn(join(programs, 'motcua-server'), ['appoint', ...args], { env: house.env });
  const texts = ['stdout', 'stderr'].map((name) => text(child[name]));
  child.stdin.on('error', () => {}); // it may have ended by then
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = await within('appoint ends', once(child, 'exit'));
  const [out, err] = await Promise.all(texts);
  return { code, out, err };
}

test('R26: the first administrator comes from motcua-server, signs in and staffs the agency; there is no second one', async () => {
  const { HoVaTen: name, SoDinhDanh: number } = extraPeople.first;
  const agency = 'H29.101.1';
  const refused = (done, code, sentence) => { assert.equal(done.code, code, done.err); assert.match(done.err, sentence); assert.ok(!`${done.out}${done.err}`.includes(number)); };
  refused(await appoint([], name, number), 2, /usage/);
  refused(await appoint([agency], name), 2, /usage/);
  refused(await appoint([agency], 'x'.repeat(2000), number), 2, /usage/);
  refused(await appoint([agency], name, '12345'), 1, /no personal number/);
  refused(await appoint(['H29.999'], name, number), 1, /no agency/);
  refused(await appoint([agency], '', number), 1, /1 to 100 characters/);
  refused(await appoint([agency], name, extraPeople.added.SoDinhDanh), 1, /another agency/);
  refused(await appoint([house.database.sql('SELECT a.code FROM agency a JOIN officer o ON o.agency = a.id WHERE o.id = 1')], name, number), 1, /has an administrator/);
  assert.equal((await come('first')).__typename, 'NotAllowed');

  const done = await appoint([agency], name, number);
  assert.equal(done.code, 0, done.err);
  const { viewer, accessToken } = await come('first', { acr: 'loa3' });
  assert.equal(done.out, `officer ${viewer.id} administers ${agency}\n`);
  assert.deepEqual((await own(accessToken)).map(({ role }) => role), ['ADMINISTRATOR']);
  const added = await change('addOfficer', { name: 'Người Thứ Hai', personalNo: '074082000097' }, accessToken);
  assert.equal(added.__typename, 'OfficerAdded', JSON.stringify(added));
  assert.equal((await change('grantRole', { officer: added.officer.id, role: 'INTAKE' }, accessToken)).__typename, 'RoleGranted');
  assert.equal((await change('grantRole', { officer: ids[1], role: 'INTAKE' }, accessToken)).__typename, 'NotAllowed', 'its own agency alone');
  refused(await appoint([agency], name, number), 1, /has an administrator/);
  assert.equal(house.database.sql(`SELECT actor_kind, object FROM audit WHERE act = 'staff.appoint'`), `SERVICE|officer:${viewer.id}`);
  assert.match(command(['help'], house.env).out, /appoint/);
});
