// Where a dossier is handed in, who decides it and what has become of old places; one dossier of two agencies in one timeline.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accepted, act, client, close, go, granted, house, look, one, open, otherAgency, task, tokens, where } from './office.mjs';
import { filed, handIn, key, until } from './support.mjs';

const guardianship = '1.004837'; // decided by communes, free of boundaries
const extension = '1.013227'; // decided by communes, each for itself
const submitted = async (input, who = 'citizen') => (await client.data(`mutation($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename
  ... on DossierChanged { dossier { code receivedAgency { code } competentAgency { code } place { given { code name validTo } unit { code name } supportAgency { code } } } }
  ... on GuardFailed { problems { path message units { code validFrom name } } } } }`,
{ token: tokens[who], locale: 'vi', variables: { input: { idempotencyKey: key(), ...filed(house.database, input), ...input } } })).submitDossier;
const routeOf = ({ dossier }) => `${dossier.receivedAgency.code} -> ${dossier.competentAgency.code}`;
const near = async (at, procedure, more = '') => (await client.data(`query($at: NearInput!, $procedure: String!) { nearestPoints(at: $at, procedure: $procedure${more}) {
  points { distanceMetres receives supports point { id name latitude longitude isSample agency { code } openingHours { weekday opens closes } } } units { code validFrom name } } }`,
{ variables: { at, procedure } })).nearestPoints;

before(() => open('places'));
after(close);

test('R10: received, competent and support agencies are three, and the place decides, not where one lives', async () => {
  assert.equal(one('SELECT unit_code FROM person WHERE id = 1'), '25747', 'the citizen lives in Thủ Dầu Một');
  const made = await submitted({ procedure: guardianship, agency: 'H29.136.1', place: { code: '25813', on: '2025-07-01' }, supportAgency: 'H29.11' });
  assert.equal(routeOf(made), 'H29.136.1 -> H29.110');
  assert.deepEqual(made.dossier.place, { given: { code: '25813', name: 'Phường Bến Cát', validTo: null }, unit: { code: '25813', name: 'Phường Bến Cát' }, supportAgency: { code: 'H29.11' } });
  assert.match(made.dossier.code, /^H29\.136\.1-/, 'its code is of where it was handed in');
  assert.equal(routeOf(await submitted({ procedure: guardianship, agency: 'H29.136.1' })), 'H29.136.1 -> H29.136', 'nothing said: the unit it was handed in at');
});

test('R10: what has boundaries is taken by the agency that decides it alone, and a clear reason is given', async () => {
  const refused = await submitted({ procedure: extension, channel: 'POST', agency: 'H29.136.1', place: { code: '25813', on: '2025-07-01' } });
  assert.deepEqual(refused.problems.map(({ path, message }) => `${path}: ${message}`), ['agency: Thủ tục này chỉ nộp được tại nơi tiếp nhận của chính cơ quan có thẩm quyền giải quyết.']);
  assert.equal(routeOf(await submitted({ procedure: extension, channel: 'POST', agency: 'H29.110.1', place: { code: '25813', on: '2025-07-01' } })), 'H29.110.1 -> H29.110');
});

test('F18: a divided ward is asked, and any of the answers is taken as it was given', async () => {
  const input = { procedure: guardianship, agency: 'H29.1', place: { code: '25741' } };
  const { problems: [problem, ...more] } = await submitted(input);
  assert.deepEqual(more, []);
  assert.equal(problem.path, 'place');
  assert.match(problem.message, /25747 Phường Thủ Dầu Một; 25750 Phường Phú Lợi/);
  assert.equal(problem.units.length, 2);
  for (const { code, validFrom } of problem.units) {
    const made = await submitted({ ...input, place: { code, on: validFrom } });
    assert.equal(made.dossier.place.unit.code, code);
    assert.equal(one(`SELECT a.unit_code FROM dossier d JOIN agency a ON a.id = d.competent_agency WHERE d.code = '${made.dossier.code}'`), code);
  }
});

test('F18: an old ward that was whole is its successor, and both are shown with the office that followed', async () => {
  const made = await submitted({ procedure: guardianship, agency: 'H29.1', place: { code: '25753', on: '2024-06-01' } });
  assert.equal(routeOf(made), 'H29.1 -> H29.101');
  assert.deepEqual(made.dossier.place, { given: { code: '25753', name: 'Phường Phú Thọ', validTo: '2025-07-01' }, unit: { code: '25747', name: 'Phường Thủ Dầu Một' }, supportAgency: null });
  assert.deepEqual((await look('citizen2', made.dossier.code, 'place { unit { code } }')), null);
  assert.equal((await submitted({ procedure: guardianship, agency: 'H29.1', place: { code: '25969' } })).problems[0].units.length, 2, 'a code of two meanings is asked');
  assert.equal((await submitted({ procedure: guardianship, agency: 'H29.1', place: { code: '25969', on: '2026-01-01' } })).dossier.place.unit.code, '25969', 'unless the day says which');
});

test('F18: an officer at the counter names a place, too', async () => {
  const counter = await act('intake', 'acceptAtCounter', { procedure: guardianship, applicant: one('SELECT public_id FROM subject WHERE id = 2'), digitised: true, place: { code: '25753' } });
  assert.equal(counter.__typename, 'DossierChanged', JSON.stringify(counter));
  assert.equal((await look('intake', counter.dossier.code, 'place { given { code } unit { code } }')).place.given.code, '25753');
  const divided = await act('intake', 'acceptAtCounter', { procedure: guardianship, applicant: one('SELECT public_id FROM subject WHERE id = 2'), digitised: true, place: { code: '25741' } });
  assert.deepEqual(divided.problems.map(({ path }) => path), ['place']);
});

test('F18: a dossier of before the merger keeps its code and its agency, shown with the successor', async () => {
  const [code, state] = one(`SELECT d.code, d.state FROM dossier d JOIN agency a ON a.id = d.received_agency WHERE d.applicant = 1 AND a.code LIKE 'H09.%' ORDER BY d.id LIMIT 1`).split('|');
  const dossier = await look('citizen', code, 'code state receivedAgency { code validTo unit { name validTo } successor { code validTo unit { code name } } }');
  assert.deepEqual([dossier.code, dossier.state], [code, state]);
  assert.ok(code.startsWith(`${dossier.receivedAgency.code}-`));
  assert.equal(dossier.receivedAgency.validTo, '2025-07-01');
  assert.match(dossier.receivedAgency.successor.code, /^H29/);
  assert.equal(dossier.receivedAgency.successor.validTo, null);
});

test('F09: the points nearest to a place or to where one stands are those that take it, each handed in there', async () => {
  const { points, units } = await near({ unit: { code: '25753' } }, guardianship);
  assert.deepEqual(units, []);
  assert.equal(points.length, 10);
  const far = points.map(({ distanceMetres }) => distanceMetres);
  assert.deepEqual(far, [...far].sort((a, b) => a - b), 'the nearest first');
  assert.ok(points.every(({ point }) => point.isSample && point.openingHours.length === 10), 'sample data says that it is');
  for (const { receives, point } of points.slice(0, 3)) {
    const made = await submitted({ procedure: guardianship, agency: point.agency.code, place: { code: '25753' } });
    assert.equal(made.__typename === 'DossierChanged', receives, point.name);
  }
  const [{ point: { latitude, longitude } }] = points;
  const here = await near({ coordinates: { latitude, longitude } }, guardianship, ', first: 1');
  assert.deepEqual([here.points[0].distanceMetres, here.points[0].point.id], [0, points[0].point.id]);
  const own = await near({ unit: { code: '25753' } }, extension, ', first: 20');
  assert.deepEqual(own.points.filter(({ receives }) => receives).map(({ point }) => point.agency.code), ['H29.101.1'], 'R10: with boundaries its own alone');
  for (const { point, receives } of own.points.slice(0, 2)) {
    const made = await submitted({ procedure: extension, channel: 'POST', agency: point.agency.code, place: { code: '25753' } });
    assert.equal(made.__typename === 'DossierChanged', receives, point.name);
  }
});

test('F09: a list has its maximum, coordinates their bounds, and a divided ward is asked', async () => {
  const failed = async (at, more) => (await client.post(`query($at: NearInput!) { nearestPoints(at: $at, procedure: "${guardianship}"${more ?? ''}) { points { distanceMetres } } }`, { variables: { at } })).json;
  assert.equal((await near({ unit: { code: '25753' } }, guardianship, ', first: 20')).points.length, 20);
  assert.ok((await failed({ unit: { code: '25753' } }, ', first: 21')).errors, 'over 20 it is refused');
  assert.ok((await failed({ unit: { code: '25753' } }, ', first: -1')).errors);
  for (const coordinates of [{ latitude: 90, longitude: 180 }, { latitude: -90, longitude: -180 }]) assert.equal((await failed({ coordinates })).errors, undefined);
  for (const coordinates of [{ latitude: 90.1, longitude: 0 }, { latitude: 0, longitude: -180.1 }]) assert.equal((await failed({ coordinates })).errors[0].extensions.code, 'BAD_USER_INPUT');
  for (const at of [{}, { unit: { code: '25747' }, coordinates: { latitude: 1, longitude: 1 } }]) assert.equal((await failed(at)).errors[0].extensions.code, 'BAD_USER_INPUT');
  const divided = await near({ unit: { code: '25741' } }, guardianship);
  assert.deepEqual([divided.points.length, divided.units.map(({ code }) => code)], [0, ['25747', '25750']]);
});

test('F09: from where somebody looked is in no log', async () => {
  const latitude = 10.987654, longitude = 106.654321;
  const inline = `{ nearestPoints(at: { coordinates: { latitude: ${latitude}, longitude: ${longitude} } }, procedure: "${guardianship}") { points { distanceMetres } } }`;
  assert.ok((await near({ coordinates: { latitude, longitude } }, guardianship)).points.length > 0);
  assert.equal((await client.get(`/graphql?query=${encodeURIComponent(inline)}`, { accept: 'application/json' })).status, 200);
  await until('the requests are in the log', () => house.server.log.split('event=request').length > 3);
  assert.doesNotMatch(house.server.log, /987654|654321/);
  assert.equal(one(`SELECT count(*) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname IN ('app_public', 'app_citizen', 'app_partner', 'app_officer')
    AND 'log_parameter_max_length=0' = ANY (setconfig) AND 'log_parameter_max_length_on_error=0' = ANY (setconfig)`), '4', 'and PostgreSQL writes no bound values of theirs');
});

test('R01: one dossier of two agencies is one timeline, with both', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
  await go('processor', 'sendTask', code, task(), 'INTERAGENCY');
  const [{ id }] = (await look('other', code, 'tasks { id }')).tasks;
  const seen = 'timeline(first: 50) { nodes { seq event agency { code } } }';
  assert.equal((await look('other', code, seen)).timeline.nodes.at(-1).agency.code, where.agency, 'who has a task sees who asks');
  await go('other', 'answerTask', code, { task: id, outcome: 'DONE', answer: 'Đã xác nhận.' }, 'PROCESSING');
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
  for (const who of ['citizen', 'head']) {
    const { timeline: { nodes } } = await look(who, code, seen);
    assert.deepEqual(nodes.map(({ event, agency }) => `${event} ${agency?.code ?? '-'}`), ['createDraft -', 'submit -', `accept ${where.agency}`, `assign ${where.agency}`,
      `sendTask ${where.agency}`, `taskDone ${otherAgency}`, `complete ${where.agency}`], who);
    assert.deepEqual(nodes.map(({ seq }) => seq), nodes.map((_, i) => i + 1), 'without a gap');
  }
  const { deadline: { holders }, tasks } = await look('citizen', code, 'tasks { agency { code } } deadline { holders { agency { code } } }');
  assert.deepEqual([tasks[0].agency.code, holders.some(({ agency }) => agency?.code === otherAgency)], [otherAgency, true], 'and who held it');
});
