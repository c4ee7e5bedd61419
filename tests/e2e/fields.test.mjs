// One dossier of each field that comes first (R23), from its draft with form and papers to the result, by its real actors: land with a
// fee that an officer enters, construction in calendar days, investment by a company's users, social insurance with its own number.
// What is asked of each viewer, one by one (R11, R15, R16), and what is missing, by one tap (F03).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accepted, act, client, close, database, events, go, inDays, look, numbers, one, open, refused, tokens } from './office.mjs';
import { failure, filed, key, paperFor, root, submit } from './support.mjs';

const [ward, landOffice, finance, environment, insurance] = ['H29.101', 'H29.3', 'H29.5', 'H29.2', 'H29.9'];
const cast = {
  wardDesk: [['INTAKE', 'COUNTER'], ward], wardProcessor: ['PROCESSOR', ward], wardHead: [['DISPATCHER', 'HEAD', 'SIGNER'], ward],
  landProcessor: ['PROCESSOR', landOffice], landHead: [['DISPATCHER', 'HEAD', 'SIGNER'], landOffice],
  investDesk: [['INTAKE', 'COUNTER'], finance], investProcessor: ['PROCESSOR', finance], investHead: [['DISPATCHER', 'HEAD', 'SIGNER'], finance],
  environmentProcessor: ['PROCESSOR', environment],
  insuranceDesk: [['INTAKE', 'COUNTER'], insurance], insuranceProcessor: ['PROCESSOR', insurance], insuranceHead: [['DISPATCHER', 'HEAD', 'SIGNER'], insurance],
};
const company = 5003;
const ids = {};
before(async () => {
  await open('fields', { cast, people: { colleague: 3 } });
  one(`UPDATE person SET personal_no = decode(repeat('ab', 32), 'hex') WHERE id = 1;
    DELETE FROM draft; DELETE FROM dossier_form; DELETE FROM stored_paper WHERE owner IN (1, ${company}) AND NOT EXISTS (SELECT FROM dossier_part p WHERE p.paper = stored_paper.id);
    DELETE FROM seat WHERE organisation = ${company} OR person IN (1, 2, 3); INSERT INTO seat (person, organisation, since, role) VALUES (2, ${company}, '2026-01-01', 'ADMINISTRATOR')`);
  for (const subject of [1, 2, 3, company]) ids[subject] = one(`SELECT public_id FROM subject WHERE id = ${subject}`);
});
after(close);

const run = async (who, document, input) => Object.values(await client.data(document, { token: tokens[who], variables: { input: { idempotencyKey: key(), ...input } } }))[0];
const save = `mutation($input: SaveDraftInput!) { saveDraft(input: $input) { ... on DraftSaved { draft { id case } } ${failure} ... on GuardFailed { problems { path message } } } }`;
const fields = (values) => Object.entries(values).map(([name, value]) => ({ name, value: JSON.stringify(value) }));

// What a citizen does: a draft with its form, handed in.
async function handInDraft(who, draft, values) {
  const saved = await run(who, save, { ...draft, set: fields(values) });
  assert.ok(saved.draft, JSON.stringify(saved));
  assert.equal(saved.draft.case, draft.case ?? '');
  const done = await run(who, submit, { draft: saved.draft.id, ...filed(database, draft) });
  assert.equal(done.dossier?.state, 'SUBMITTED', JSON.stringify(done));
  return done.dossier.code;
}

const paper = (...what) => paperFor(database, ...what);

const partsFor = async (who, code, wanted) => (await client.data(`query($code: String!, $case: String) { procedure(code: $code) { partsFor(case: $case) {
  part { code notAsked { database reason } } how papers { id title } guidance english: guidance(locale: EN) } } }`, { token: tokens[who], variables: { code, case: wanted } })).procedure.partsFor;
const deadline = 'dueAt deadline { state rule { amount unit } pauses { reason to } isLate countsAsLate explanation }';
const stepOf = 'state group nationalStatus nextAction { kind until parts { id name part papers { id title } } fee { id amountDong what } }';
const feeOf = 'nextAction { kind until fee { id amountDong what until payee { code } account { bank number holder } transferNote method chosenAt } }';
const instant = (text) => Date.parse(text);

// The processor's clean upload becomes the file of the result, which the applicant is shown once it is given.
async function attachResult(who, code) {
  const upload = one(`WITH f AS (INSERT INTO stored_file (sha256, bytes, uses) VALUES (sha256('result of ${code}'), 7, 1) RETURNING sha256)
    INSERT INTO upload (officer, length, received, media_type, state, sha256, bytes) SELECT ${numbers[who]}, 7, 7, 'application/pdf', 'CLEAN', sha256, 7 FROM f RETURNING id`);
  const { it } = await client.data(`mutation($input: AttachResultInput!) { it: attachResult(input: $input) { __typename ${failure} } }`,
    { token: tokens[who], variables: { input: { idempotencyKey: key(), code, upload, kind: 'KET_QUA', title: `Kết quả ${code}` } } });
  assert.equal(it.__typename, 'PaperKept', JSON.stringify(it));
}

// The end of each: the result waits, is taken, and the clock has stopped in time.
async function finish(code, { signer, desk, applicant = 'citizen', delivery = 'COUNTER', eResult }) {
  await attachResult(signer.replace('Head', 'Processor'), code);
  assert.deepEqual((await look(applicant, code, 'resultFiles { title }')).resultFiles, [], 'not before it is signed');
  await go(signer, 'completeDossier', code, { outcome: 'GRANTED', eResult, delivery }, 'COMPLETED');
  assert.deepEqual((await look(applicant, code, 'resultFiles { title source state }')).resultFiles, [{ title: `Kết quả ${code}`, source: 'RESULT', state: 'CLEAN' }]);
  assert.equal((await look(applicant, code, stepOf)).nextAction.kind, delivery === 'ELECTRONIC' ? 'COLLECT_ONLINE' : 'COLLECT');
  await go(desk, 'handOverDossier', code, { receiver: one(`SELECT s.name FROM dossier d JOIN subject s ON s.id = d.applicant WHERE d.code = '${code}'`), delivery }, 'RETURNED');
  const seen = await look(applicant, code, `${stepOf} ${deadline} finishedAt`);
  assert.deepEqual([seen.state, seen.group, seen.nationalStatus, seen.nextAction], ['RETURNED', 'DONE', 10, null]);
  assert.deepEqual([seen.deadline.state, seen.deadline.isLate, seen.deadline.countsAsLate], ['STOPPED', false, false]);
  assert.match(seen.deadline.explanation, /đúng hạn/);
  assert.equal(one(`SELECT e_result || ' ' || outcome || ' ' || delivery || ' ' || delivered FROM dossier WHERE code = '${code}'`), `${eResult} GRANTED ${delivery} true`);
}

test('R11, R15, R16: each part says how it comes for who is signed in: held already, declared, obtained from a database, or to bring', async () => {
  const old = paper(1, 'GCN_QSDD', 'Giấy chứng nhận thửa 12');
  const newer = paper(1, 'GCN_QSDD', 'Giấy chứng nhận thửa 13');
  paper(1, 'GCN_QSDD', 'Hết giá trị hôm qua', "(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1");
  paper(2, 'GCN_QSDD', 'Của người khác');
  const parts = await partsFor('citizen', '1.012781', 'GCN_NONE');
  assert.deepEqual(parts.map(({ part, how }) => [part.code, how]),
    [['CHANGE_FORM', 'DECLARED'], ['CERTIFICATE', 'HELD'], ['LAND_PAPERS', 'TO_BRING'], ['LAND_EXTRACT', 'OBTAINED'], ['ID', 'OBTAINED']]);
  const [form, certificate, origin, extract] = parts;
  assert.deepEqual(certificate.papers.map(({ id }) => id), [newer, old], 'his own, still valid ones, the newest first');
  assert.deepEqual([origin.guidance, origin.english], ['Cần nộp 1 bản sao; nộp trực tuyến thì tải tệp lên.', 'Bring 1 copy; online, upload a file.']);
  assert.match(form.guidance, /^Khai trên tờ khai điện tử/, 'R16: what the e-form says is not brought as well');
  assert.match(certificate.guidance, /kho giấy tờ/);
  assert.match(extract.guidance, new RegExp(extract.part.notAsked.database), 'which database has it');
  assert.ok(extract.part.notAsked.reason.length > 10, 'and why it is not asked');
  assert.deepEqual((await partsFor('citizen', '1.012781', 'GCN_EXISTS')).map(({ part }) => part.code), ['CHANGE_FORM', 'CERTIFICATE', 'LAND_EXTRACT', 'ID'], 'the case chooses');
  assert.deepEqual((await partsFor('colleague', '1.012781', 'GCN_NONE')).map(({ how }) => how), ['DECLARED', 'TO_BRING', 'TO_BRING', 'OBTAINED', 'OBTAINED'], 'to who has nothing in store');
  for (let i = 0; i < 5; i++) paper(1, 'GCN_QSDD', `Thửa ${i}`);
  assert.equal((await partsFor('citizen', '1.012781', 'GCN_NONE'))[1].papers.length, 5, 'five at most');
  one("DELETE FROM stored_paper WHERE owner = 1 AND title LIKE 'Thửa %'");
  for (const who of ['partner', 'wardDesk']) assert.equal(await partsFor(who, '1.012781'), null, who);
});

test('R23: land: received at the ward, decided by the land registration office, with its task, a paper used again, and a fee that an officer enters', async () => {
  const code = await handInDraft('citizen', { procedure: '1.012781', agency: ward, case: 'GCN_NONE' }, { declarantAddress: 'Phường Thủ Dầu Một', phone: '0901234567', plotNo: '125', mapSheet: '14',
    site: 'Đường Phú Lợi, phường Thủ Dầu Một', landCertificateNo: 'CS 01234', certifiedArea: 100, surveyedArea: 112.5, cause: 'Nhận thêm phần đất liền kề', neighboursAgree: true });
  const handedIn = await look('citizen', code, `receivedAgency { code } competentAgency { code } form { case fields { name source } } ${stepOf}`);
  assert.deepEqual([handedIn.receivedAgency.code, handedIn.competentAgency.code, handedIn.form.case, handedIn.group], [ward, landOffice, 'GCN_NONE', 'WAITING']);
  assert.equal(handedIn.form.fields.find(({ name }) => name === 'declarantName').source, 'IDENTITY_NAME', 'R16: his name was not asked');

  await go('wardDesk', 'acceptDossier', code, accepted, 'ACCEPTED');
  const running = await look('citizen', code, deadline);
  assert.deepEqual([running.deadline.state, running.deadline.rule], ['RUNNING', { amount: 20, unit: 'WORKING_DAY' }], 'the limit of the case');
  await go('landHead', 'assignDossier', code, {}, 'PROCESSING');
  await go('landProcessor', 'sendTask', code, { agency: ward, title: 'Xác nhận nguồn gốc phần diện tích tăng thêm', until: inDays(1) }, 'INTERAGENCY');
  const [task] = (await look('citizen', code, 'tasks { id agency { code } state answer }')).tasks;
  assert.deepEqual([task.agency.code, task.state, task.answer], [ward, 'SENT', null], 'R01: the applicant sees who has it');
  await go('wardProcessor', 'answerTask', code, { task: task.id, outcome: 'DONE', answer: 'Đất sử dụng ổn định, không tranh chấp.' }, 'PROCESSING');

  await go('landHead', 'askSupplement', code, { parts: [{ name: 'Giấy chứng nhận đã cấp', part: 'CERTIFICATE' }], reason: 'Cần bản số hóa.', until: inDays(10) }, 'SUPPLEMENT_REQUIRED');
  const asked = await look('citizen', code, stepOf);
  const [item] = asked.nextAction.parts;
  assert.deepEqual([asked.nextAction.kind, item.part, item.papers[0].title], ['SUPPLEMENT', 'CERTIFICATE', 'Giấy chứng nhận thửa 13'], 'F03: the paper that fits is there to tap');
  await go('citizen', 'supplementDossier', code, { items: [{ item: item.id, paper: item.papers[0].id }] }, 'PROCESSING');
  assert.deepEqual((await look('landProcessor', code, 'parts { name paper { title } }')).parts.map(({ name, paper: { title } }) => [name, title]),
    [['Giấy chứng nhận đã cấp', 'Giấy chứng nhận thửa 13']], 'R11: the officer sees the very paper');

  const account = { bank: 'Kho bạc Nhà nước khu vực II', number: '3511.0.1054321', holder: 'Văn phòng Đăng ký đất đai' };
  const term = inDays(10);
  await go('landProcessor', 'demandFee', code, { amountDong: 2_074_000, what: 'Lệ phí cấp Giấy chứng nhận và phí đo đạc', until: term, account }, 'PAYMENT_REQUIRED');
  const owing = await look('citizen', code, `${feeOf} ${deadline}`);
  const { fee } = owing.nextAction;
  assert.equal(owing.nextAction.kind, 'PAY');
  assert.deepEqual([fee.amountDong, fee.what, fee.payee.code, fee.account, fee.transferNote, fee.method], [2_074_000, 'Lệ phí cấp Giấy chứng nhận và phí đo đạc', ward, account, `${code} KT1`, null]);
  assert.equal(instant(fee.until), instant(term));
  assert.deepEqual([owing.deadline.state, owing.deadline.pauses.at(-1)], ['PAUSED', { reason: 'PAYMENT', to: null }], 'of land the clock rests until it is paid');
  await go('citizen', 'payDossier', code, { demand: fee.id, method: 'TRANSFER' }, 'PAYMENT_REQUIRED');
  const chosen = (await look('wardDesk', code, feeOf)).nextAction.fee;
  assert.ok(chosen.method === 'TRANSFER' && chosen.chosenAt, 'the cashier sees how it will come');
  await go('wardDesk', 'recordPayment', code, { demand: fee.id, amountDong: 2_074_000, reference: `KB ${code}` }, 'PROCESSING');
  const paid = await look('citizen', code, `feeDemands { paidAt } ${deadline}`);
  assert.ok(paid.feeDemands[0].paidAt);
  assert.deepEqual([paid.deadline.state, paid.deadline.pauses.map(({ reason, to }) => [reason, to !== null])], ['RUNNING', [['SUPPLEMENT', true], ['PAYMENT', true]]]);
  assert.ok(instant(paid.dueAt) >= instant(running.dueAt), 'the date never moves back');

  await finish(code, { signer: 'landHead', desk: 'wardDesk', eResult: `GCN ${code}` });
  assert.equal(await events('citizen', code), 'createDraft submit accept assign sendTask taskDone askSupplement supplement demandFee choosePayment paid complete handOver');
  assert.deepEqual((await look('citizen', code, 'issuedForms { kind }')).issuedForms.map(({ kind }) => kind), ['SUPPLEMENT', 'RECEIPT']);
});

// Days off as the seed has them; what is done with them is this test's own.
const off = new Map(readFileSync(join(root, 'schema/db/seed/reference/calendar_days.csv'), 'utf8').trim().split('\n').slice(1).map((line) => line.split(',').slice(1, 3)));
const dayOf = (time) => new Date(time + 7 * 3_600_000).toISOString().slice(0, 10);
const plus = (day, count) => new Date(instant(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
const works = (day) => off.get(day) === 'MAKEUP' || !off.has(day) && ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
const nextWorking = (day) => (works(day) ? day : nextWorking(plus(day, 1)));
// Received after five in the afternoon, or on a day off: received on the next working day, which is not counted. A last day that is one
// off gives way to the next working day.
function dueInDays(receivedAt, count) {
  const received = instant(receivedAt);
  const today = dayOf(received);
  const after5 = received > instant(`${today}T17:00:00+07:00`);
  return instant(`${nextWorking(plus(nextWorking(after5 ? plus(today, 1) : today), count))}T17:00:00+07:00`);
}

test('R23: construction: fifteen calendar days, weekends and holidays counted, and a fee that does not stop the clock', async () => {
  assert.equal(dueInDays('2026-11-06T09:00:00+07:00', 15), instant('2026-11-23T17:00:00+07:00'), 'from 6/11 fifteen days end on a Saturday, and Monday takes it');
  assert.equal(dueInDays('2026-11-09T18:00:00+07:00', 15), instant('2026-11-25T17:00:00+07:00'), 'received after hours on 9/11: counted from the 10th');
  const { procedure } = await client.data(`{ procedure(code: "1.013225") { limitUnit feeFor(case: "HOUSE", agency: "${ward}") { amountDong } form(case: "HOUSE") { case fieldsAsked } } }`, { token: tokens.citizen });
  assert.deepEqual([procedure.limitUnit, procedure.feeFor.amountDong, procedure.form.case], ['DAY', 75_000, 'HOUSE']);
  const code = await handInDraft('citizen', { procedure: '1.013225', agency: ward, case: 'HOUSE' }, { plotNo: '7', mapSheet: '3', area: 120, landCertificateNo: 'CS 09876', site: 'Đường Yersin',
    floorArea: 80, totalFloorArea: 240, height: 11.5, storeys: 3, months: 10, ...(await unknown('1.013225', 'HOUSE', { declarantAddress: 'Phường Thủ Dầu Một', phone: '0901234567' })) });
  await go('wardDesk', 'acceptDossier', code, accepted, 'ACCEPTED');
  const { receivedAt, dueAt, deadline: { rule } } = await look('citizen', code, `receivedAt ${deadline}`);
  assert.deepEqual(rule, { amount: 15, unit: 'DAY' });
  assert.equal(instant(dueAt), dueInDays(receivedAt, 15), `received ${receivedAt}, due ${dueAt}`);

  await go('wardHead', 'assignDossier', code, {}, 'PROCESSING');
  await go('wardProcessor', 'demandFee', code, { amountDong: procedure.feeFor.amountDong, what: 'Lệ phí cấp giấy phép xây dựng', until: inDays(5) }, 'PAYMENT_REQUIRED');
  const owing = await look('citizen', code, `${feeOf} ${deadline}`);
  assert.deepEqual([owing.deadline.state, owing.deadline.pauses, owing.dueAt], ['RUNNING', [], dueAt], 'of construction the clock goes on');
  assert.deepEqual([owing.nextAction.fee.account, owing.nextAction.fee.transferNote], [null, null], 'no account was entered');
  const { fee } = owing.nextAction;
  assert.equal(await refused('citizen', 'payDossier', code, { demand: fee.id, method: 'TRANSFER' }), 'GuardFailed method', 'so that it is paid at the counter');
  await go('citizen', 'payDossier', code, { demand: fee.id, method: 'COUNTER' }, 'PAYMENT_REQUIRED');
  await go('wardDesk', 'recordPayment', code, { demand: fee.id, amountDong: fee.amountDong, reference: `BL ${code}` }, 'PROCESSING');
  assert.equal((await look('citizen', code, 'dueAt')).dueAt, dueAt);
  await finish(code, { signer: 'wardHead', desk: 'wardDesk', delivery: 'POST', eResult: `GPXD ${code}` });
  assert.equal(await events('citizen', code), 'createDraft submit accept assign demandFee choosePayment paid complete handOver');
});

// Of these values those that are not known already.
async function unknown(code, wanted, values) {
  const { procedure } = await client.data('query($code: String!, $case: String) { procedure(code: $code) { prefill(case: $case) { fields { name } } } }', { token: tokens.citizen, variables: { code, case: wanted } });
  const known = procedure.prefill.fields.map(({ name }) => name);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !known.includes(name)));
}

test('R23: investment: a company\'s member hands in for it, its administrator brings what is missing, and a colleague sees it once he has a role in it', async () => {
  const taxCode = one(`SELECT tax_code FROM organisation WHERE id = ${company}`);
  const give = (person) => run('citizen2', `mutation($input: GiveSeatInput!) { giveSeat(input: $input) { ... on SeatGiven { seat { role } } ${failure} } }`, { taxCode, person: ids[person], role: 'MEMBER' });
  for (const person of [1, 3]) assert.equal((await give(person)).seat?.role, 'MEMBER');
  const proposal = paper(company, 'DE_XUAT_DU_AN', 'Đề xuất dự án nhà máy');
  const code = await handInDraft('citizen', { procedure: '1.009645', agency: finance, case: 'GENERAL', applicant: ids[company] }, { phone: '0274382222', projectName: 'Nhà máy cơ khí chính xác', goal: 'Sản xuất khuôn mẫu',
    site: 'Phường Thủ Dầu Một', area: 5000, capital: 120_000_000_000, ownCapital: 40_000_000_000, years: 50, schedule: 'Khởi công quý II/2027' });
  const mine = await look('citizen', code, 'applicant { id kind } competentAgency { code } state');
  assert.deepEqual([mine.applicant, mine.competentAgency.code], [{ id: ids[company], kind: 'ORGANISATION' }, finance], 'the company asks, by its member');
  const form = (await look('citizen2', code, 'form { case fields { name value source } }')).form;
  assert.equal(form.case, 'GENERAL');
  assert.deepEqual(form.fields.filter(({ source }) => source?.startsWith('ORGANISATION')).map(({ name }) => name), ['organisationName', 'taxCode'], 'R16: the company was not asked who it is');
  assert.equal(await look('colleague', code, 'code'), null, 'a member without a role in it does not see it');

  await go('investDesk', 'acceptDossier', code, accepted, 'ACCEPTED');
  const { receivedAt, dueAt } = await look('citizen2', code, 'receivedAt dueAt');
  assert.equal(instant(dueAt), dueInDays(receivedAt, 35), 'thirty-five calendar days');
  await go('investHead', 'assignDossier', code, {}, 'PROCESSING');
  await go('investProcessor', 'sendTask', code, { agency: environment, title: 'Ý kiến về nhu cầu sử dụng đất', until: inDays(5) }, 'INTERAGENCY');
  const [task] = (await look('environmentProcessor', code, 'tasks { id state }')).tasks;
  await go('environmentProcessor', 'answerTask', code, { task: task.id, outcome: 'DONE', answer: 'Phù hợp quy hoạch.' }, 'PROCESSING');
  await go('investHead', 'askSupplement', code, { parts: [{ name: 'Đề xuất dự án đầu tư' }], reason: 'Bổ sung tiến độ góp vốn.', until: inDays(20) }, 'SUPPLEMENT_REQUIRED');
  assert.equal(await refused('colleague', 'supplementDossier', code, { items: [{ item: ids[1] }] }), 'NotAllowed');
  const { id: grant } = (await run('citizen2', `mutation($input: ShareDossierInput!) { shareDossier(input: $input) { ... on DossierShared { grant { id kind } } ${failure} } }`,
    { code, with: ids[3], fields: ['STATUS', 'APPLICANT', 'TIMELINE'], purpose: 'Phụ trách dự án', until: inDays(90) })).grant;
  assert.ok(grant);
  assert.equal((await look('colleague', code, stepOf)).nextAction.parts[0].name, 'Đề xuất dự án đầu tư', 'with a role in it he is told what is missing');
  const [item] = (await look('citizen2', code, stepOf)).nextAction.parts;
  assert.deepEqual([item.part, item.papers.map(({ id }) => id)], ['PROPOSAL', [proposal]], 'F03: the company\'s own paper fits, by the part\'s name alone');
  await go('citizen2', 'supplementDossier', code, { items: [{ item: item.id, paper: proposal }] }, 'PROCESSING');
  await finish(code, { signer: 'investHead', desk: 'investDesk', applicant: 'citizen2', delivery: 'ELECTRONIC', eResult: `QĐ ${code}` });
  for (const who of ['citizen', 'citizen2', 'colleague'])
    assert.equal(await events(who, code), 'createDraft submit accept assign sendTask taskDone askSupplement supplement complete handOver', `${who} sees the same timeline`);
});

test('R23: social insurance: the insurance\'s own number is entered once, seen by the applicant, and finds the dossier', async () => {
  const code = await handInDraft('citizen', { procedure: '2.000693', agency: insurance, case: 'EMPLOYEE' }, { insuranceNo: '7412345678', event: 'Sinh con', from: '2026-10-01', to: '2027-03-31',
    childBornOn: '2026-10-05', children: 1, bankAccount: '0123456789', bank: 'Vietcombank', ...(await unknown('2.000693', 'EMPLOYEE', { declarantAddress: 'Phường Thủ Dầu Một', phone: '0901234567' })) });
  await go('insuranceDesk', 'acceptDossier', code, accepted, 'ACCEPTED');
  const before = await look('citizen', code, `externalDossierNo ${deadline}`);
  assert.equal(before.externalDossierNo, null);
  assert.deepEqual(before.deadline.rule, { amount: 3, unit: 'WORKING_DAY' }, 'three working days where the employee hands in');

  const number = '03706/2026/07906';
  assert.equal(await refused('insuranceDesk', 'recordExternalNo', code, { externalDossierNo: ' ' }), 'GuardFailed externalDossierNo');
  assert.equal(await refused('citizen', 'recordExternalNo', code, { externalDossierNo: number }), 'NotAllowed');
  const input = { idempotencyKey: key(), code, externalDossierNo: number };
  const first = await act('insuranceDesk', 'recordExternalNo', input);
  assert.deepEqual(await act('insuranceDesk', 'recordExternalNo', input), first, 'a repeat records nothing twice');
  assert.equal(first.event.note, number, 'the timeline says it');
  assert.equal((await look('citizen', code, 'externalDossierNo')).externalDossierNo, number);
  const find = async (who, wanted = number, agency = undefined) => (await client.data(`query($no: String!, $agency: String) { dossiersByExternalNo(externalDossierNo: $no, agency: $agency) { code } }`,
    { token: tokens[who], variables: { no: wanted, agency } })).dossiersByExternalNo.map((found) => found.code);
  assert.deepEqual(await find('citizen'), [code]);
  assert.deepEqual(await find('insuranceProcessor', ` ${number} `, insurance), [code]);
  assert.deepEqual([await find('citizen', number, ward), await find('citizen2'), await find('wardDesk'), await find('citizen', '03706/2026/07905')], [[], [], [], []], 'another\'s, and no such number, are alike');
  assert.equal(one(`SELECT count(*) > 0 FROM access_log l JOIN dossier d ON d.id = l.dossier WHERE d.code = '${code}' AND l.actor_kind = 'OFFICER'`), 't', 'the officer\'s look is noted');
  const other = await handInDraft('citizen', { procedure: '2.000693', agency: insurance, case: 'EMPLOYEE' }, { insuranceNo: '7412345678', event: 'Khám thai', from: '2026-10-01', to: '2026-10-02', ...(await unknown('2.000693', 'EMPLOYEE', { bankAccount: '0123456789', bank: 'Vietcombank' })) });
  await go('insuranceDesk', 'acceptDossier', other, accepted, 'ACCEPTED');
  assert.equal(await refused('insuranceDesk', 'recordExternalNo', other, { externalDossierNo: number }), 'GuardFailed externalDossierNo', 'no second dossier of the insurance has it');

  await go('insuranceHead', 'assignDossier', code, {}, 'PROCESSING');
  await finish(code, { signer: 'insuranceHead', desk: 'insuranceDesk', delivery: 'ELECTRONIC', eResult: `QĐ hưởng ${number}` });
  assert.equal(await events('citizen', code), 'createDraft submit accept recordExternalNo assign complete handOver');
  assert.deepEqual(await find('citizen'), [code], 'and finds it afterwards, too');
});

test('R02: every step is on record with who took it, when, and from where to where, what came on paper too', async () => {
  const code = await handInDraft('citizen', { procedure: '1.013225', agency: ward, case: 'HOUSE' }, { plotNo: '9', mapSheet: '3', area: 70, landCertificateNo: 'CS 2', site: 'Đường Yersin', floorArea: 50, totalFloorArea: 50, height: 4, storeys: 1, months: 3,
    ...(await unknown('1.013225', 'HOUSE', { declarantAddress: 'Phường Thủ Dầu Một', phone: '0901234567' })) });
  await go('wardDesk', 'askIntakeSupplement', code, { parts: [{ name: 'Bản vẽ thiết kế xây dựng' }], reason: 'Bản vẽ đã mờ.', until: inDays(5) }, 'INTAKE_SUPPLEMENT');
  const [{ id: item }] = (await look('citizen', code, stepOf)).nextAction.parts;
  await go('citizen', 'supplementDossier', code, { items: [{ item }] }, 'INTAKE_SUPPLEMENT');
  assert.deepEqual((await look('wardDesk', code, 'supplements { items { state } }')).supplements[0].items, [{ state: 'ANNOUNCED' }], 'what will come on paper is announced');
  await go('wardDesk', 'receiveItems', code, { items: [item], digitised: true }, 'SUBMITTED');
  await go('wardDesk', 'acceptDossier', code, accepted, 'ACCEPTED');
  await go('wardHead', 'assignDossier', code, {}, 'PROCESSING');
  await finish(code, { signer: 'wardHead', desk: 'wardDesk', eResult: `GPXD ${code}` });
  const steps = (await look('citizen', code, 'timeline(first: 50) { nodes { seq event from to at actor } }')).timeline.nodes;
  assert.equal(steps.map(({ event }) => event).join(' '), 'createDraft submit askIntakeSupplement supplement receiveItems accept assign complete handOver');
  for (const [i, step] of steps.entries()) {
    assert.deepEqual([step.seq, step.from], [i + 1, i === 0 ? null : steps[i - 1].to], 'each begins where the one before ended');
    assert.ok(step.actor && (i === 0 || instant(step.at) >= instant(steps[i - 1].at)), JSON.stringify(step));
  }
});

test('payDossier: the applicant says how he is going to pay, as often as he changes his mind, and pays nothing by it', async () => {
  const code = await handInDraft('citizen', { procedure: '1.013225', agency: ward, case: 'HOUSE' }, { plotNo: '8', mapSheet: '3', area: 90, landCertificateNo: 'CS 1', site: 'Đường Yersin', floorArea: 60, totalFloorArea: 60, height: 4, storeys: 1, months: 4 });
  await go('wardDesk', 'acceptDossier', code, accepted);
  await go('wardHead', 'assignDossier', code);
  await go('wardProcessor', 'demandFee', code, { amountDong: 75_000, what: 'Lệ phí', until: inDays(5), account: { bank: 'Kho bạc', number: '3511', holder: 'UBND phường' } });
  const { fee } = (await look('citizen', code, feeOf)).nextAction;
  for (const who of ['citizen2', 'partner', 'wardDesk', 'wardProcessor']) assert.equal(await refused(who, 'payDossier', code, { demand: fee.id, method: 'COUNTER' }), 'NotAllowed', who);
  assert.equal(await refused('citizen', 'payDossier', code, { demand: ids[1], method: 'COUNTER' }), 'GuardFailed demand');
  const changed = await act('citizen', 'payDossier', { code, demand: fee.id, method: 'TRANSFER' });
  assert.equal(changed.dossier?.state, 'PAYMENT_REQUIRED', JSON.stringify(changed));
  await go('citizen', 'payDossier', code, { demand: fee.id, method: 'COUNTER' }, 'PAYMENT_REQUIRED');
  assert.equal((await look('wardDesk', code, feeOf)).nextAction.fee.method, 'COUNTER');
  assert.equal(one(`SELECT finance FROM dossier WHERE code = '${code}'`), 'DUE', 'only the cashier\'s entry pays');
  await go('wardDesk', 'recordPayment', code, { demand: fee.id, amountDong: 75_000, reference: `BL2 ${code}` }, 'PROCESSING');
  assert.equal(await refused('citizen', 'payDossier', code, { demand: fee.id, method: 'COUNTER' }), 'StaleState');
});
