// Quy tắc phân công (D7, "auto rule"): the head says to whom what is accepted is given, and the service does so at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accepted, client, close, events, go, look, numbers, one, open, staff, stateOf, tokens, where } from './office.mjs';
import { failure, handIn, key } from './support.mjs';

const rule = 'procedure name kind officer { id name } setBy';
const set = async (who, input = {}) => (await client.data(`mutation($input: SetAssignmentRuleInput!) { it: setAssignmentRule(input: $input) { __typename ... on AssignmentRuleSet { rule { ${rule} } } ${failure}
  ... on GuardFailed { problems { path message } } } }`, { token: tokens[who], variables: { input: { idempotencyKey: key(), ...input } } })).it;
const rules = async (who) => (await client.data(`{ viewer { assignmentRules { ${rule} } } }`, { token: tokens[who] })).viewer.assignmentRules;
const publicId = (name) => one(`SELECT public_id FROM officer WHERE id = ${numbers[name]}`);
const holder = (code) => Number(one(`SELECT coalesce(processor, 0) FROM dossier WHERE code = '${code}'`));
const mine = async (who, code) => (await client.data('{ viewer { worklist(of: MINE, first: 100) { nodes { code } } } }', { token: tokens[who] })).viewer.worklist.nodes.some((node) => node.code === code);

async function take() {
  const { code } = await handIn(client, tokens.citizen, where);
  await go('intake', 'acceptDossier', code, accepted);
  return code;
}

before(() => open('assignment', { cast: { ...staff, processor2: ['PROCESSOR', 1] } }));
after(close);

test('D7: without a rule what is accepted waits for the dispatcher', async () => {
  assert.deepEqual(await rules('head'), []);
  const code = await take();
  assert.equal(stateOf(code), 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code, { officer: publicId('processor') }, 'PROCESSING');
});

test('D7: a rule of the head gives what is accepted to its officer at once; the timeline says that the service did, and the officer finds it on his list', async () => {
  for (const who of ['processor', 'dispatcher', 'intake', 'citizen', 'partner']) assert.equal((await set(who, { kind: 'LEAST_LADEN' })).__typename, 'NotAllowed', who);
  assert.deepEqual((await set('head', { kind: 'OFFICER' })).problems.map(({ path }) => path), ['officer']);
  assert.deepEqual((await set('head', { kind: 'OFFICER', officer: publicId('other') })).problems.map(({ path }) => path), ['officer'], 'an officer of the agency');
  const made = await set('head', { kind: 'OFFICER', officer: publicId('processor') });
  assert.deepEqual(made.rule, { procedure: null, name: null, kind: 'OFFICER', officer: { id: publicId('processor'), name: 'Cán bộ PROCESSOR' }, setBy: 'Cán bộ HEAD' });
  for (const who of ['head', 'administrator', 'dispatcher']) assert.deepEqual(await rules(who), [made.rule], who);
  for (const who of ['processor', 'other', 'citizen']) assert.deepEqual(await rules(who), [], who);

  const { code } = await handIn(client, tokens.citizen, where);
  const done = await go('intake', 'acceptDossier', code, accepted, 'PROCESSING');
  assert.deepEqual([done.event.event, done.event.to, done.dossier.state, done.dossier.seq], ['accept', 'ACCEPTED', 'PROCESSING', done.event.seq + 1]);
  assert.equal(await events('citizen', code), 'createDraft submit accept assign');
  const { timeline } = await look('citizen', code, 'timeline(last: 1) { nodes { event actor agency { code } } }');
  assert.deepEqual(timeline.nodes, [{ event: 'assign', actor: 'Hệ thống', agency: null }]);
  assert.ok(await mine('processor', code));
  assert.ok(!await mine('processor2', code));
});

test('D7: of two the less laden is given the next; who is away is passed over, and with nobody there it waits', async () => {
  assert.equal((await set('administrator', { kind: 'LEAST_LADEN' })).rule.kind, 'LEAST_LADEN');
  one(`UPDATE staff_grant SET withdrawn_at = now() WHERE role = 'PROCESSOR' AND agency = (SELECT agency FROM officer WHERE id = ${numbers.head}) AND officer NOT IN (${numbers.processor}, ${numbers.processor2}) AND withdrawn_at IS NULL`);
  one('UPDATE dossier SET processor = NULL');
  const next = async () => holder(await take());
  assert.deepEqual([await next(), await next(), await next()], [numbers.processor, numbers.processor2, numbers.processor]);
  const away = await client.data(`mutation($input: SubstituteOfficerInput!) { it: substituteOfficer(input: $input) { __typename } }`,
    { token: tokens.administrator, variables: { input: { idempotencyKey: key(), officer: publicId('processor2'), substitute: publicId('signer'), until: new Date(Date.now() + 3_600_000).toISOString() } } });
  assert.equal(away.it.__typename, 'OfficerSubstituted');
  assert.deepEqual([await next(), await next()], [numbers.processor, numbers.processor]);
  one(`UPDATE staff_grant SET withdrawn_at = now() WHERE role = 'PROCESSOR' AND officer = ${numbers.processor}`);
  const code = await take();
  assert.deepEqual([stateOf(code), holder(code)], ['ACCEPTED', 0]);
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
});

test('D7: a procedure has its own rule before the agency\'s, until it is taken away', async () => {
  one(`UPDATE staff_grant SET withdrawn_at = NULL WHERE role = 'PROCESSOR' AND officer = ${numbers.processor}`);
  const own = await set('head', { kind: 'NONE', procedure: where.procedure });
  assert.equal(own.rule.procedure, where.procedure);
  assert.ok(own.rule.name.length > 0);
  assert.equal(stateOf(await take()), 'ACCEPTED');
  assert.equal((await set('head', { kind: 'NONE', procedure: '9.999999' })).problems[0].path, 'procedure');
  assert.deepEqual((await rules('head')).map(({ procedure, kind }) => [procedure, kind]), [[null, 'LEAST_LADEN'], [where.procedure, 'NONE']]);
  assert.equal((await set('head', { procedure: where.procedure })).rule, null);
  assert.equal(stateOf(await take()), 'PROCESSING');
});
