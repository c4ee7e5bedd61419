// The national portal, both ways: what citizens filed there comes in, and what becomes of dossiers is told.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { NationalPortal, filing, payment, send, supplement, withdrawal } from './national_portal.mjs';
import { accepted, client, close, go, granted, house, inDays, look, one, open, stateOf, task, tokens, where } from './office.mjs';
import { anyOrder } from './portal_order.mjs';
import { handIn, key, until } from './support.mjs';

let token;
let portal;
let at; // procedure and agency, as the portal names them
before(async () => {
  await open('portal');
  one("INSERT INTO partner (id, kind) VALUES (5001, 'PORTAL')");
  token = holding('portal.exchange');
  at = { procedure: where.procedure, agency: where.agency };
  portal = await NationalPortal.start({ key: 'the-key' });
});
after(async () => {
  await portal?.stop();
  await close();
});

function holding(scopes, environment = 'LIVE') {
  const found = house.token('partner');
  one(`UPDATE session SET scopes = '{${scopes}}', environment = '${environment}' WHERE id = '${decodeJwt(found).sid}'`);
  return found;
}

let last = 900000;
const newCode = () => `${where.agency}-261120-${last++}`;
const post = async (...messages) => {
  const reply = await send(client, token, messages);
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
};
const outcome = ({ result: [{ TrangThai: state, LyDo: reason }] }) => [state, reason].filter(Boolean).join(' ');
const fileIt = async (number, more = {}) => {
  const code = newCode();
  assert.equal(outcome(await post(filing(code, { ...at, number, ...more }))), 'APPLIED');
  return code;
};

// ---- inbound ----

test('R30: the same 200 messages twice and shuffled give the same dossiers and one receipt each', async () => {
  await anyOrder({ house, token, where: at, count: 200 });
});

test('R30: what a citizen filed at the portal is his dossier here, with its papers, and known by his number', async () => {
  const code = newCode();
  const number = '074090111222';
  const answer = await post(filing(code, { ...at, number, name: 'Phạm Thị Cổng', papers: ['Căn cước', 'Hộ khẩu'] }));
  assert.deepEqual([answer.error_code, answer.result.length, answer.result[0].MaHoSo, answer.result[0].TrangThai], ['0', 1, code, 'APPLIED']);
  assert.deepEqual((await look('intake', code, 'portalPapers { name khoId }')).portalPapers, [{ name: 'Căn cước', khoId: null }, { name: 'Hộ khẩu', khoId: null }]);
  const dossier = await look('intake', code, 'state applicant { name } submittedAt sync { state }');
  assert.deepEqual(dossier, { state: 'SUBMITTED', applicant: { name: 'Phạm Thị Cổng' }, submittedAt: '2026-11-20T08:30:00+07:00', sync: { state: 'ACKED' } });
  assert.equal(one(`SELECT string_agg(name || ' ' || address, ', ' ORDER BY name) FROM portal_paper WHERE dossier = (SELECT id FROM dossier WHERE code = '${code}')`),
    'Căn cước https://dichvucong.example/tep/C%C4%83n%20c%C6%B0%E1%BB%9Bc, Hộ khẩu https://dichvucong.example/tep/H%E1%BB%99%20kh%E1%BA%A9u');
  const texts = one(`SELECT coalesce(string_agg(m::text, ' '), '') FROM portal_message m`) + one('SELECT string_agg(p::text, \' \') FROM person p WHERE personal_no IS NOT NULL') + house.server.log;
  assert.ok(!texts.includes(number), 'the number stands nowhere in clear');
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
});

test('R19: papers and a payment at the portal go on with what an officer asked for', async () => {
  const number = '074090111223';
  const code = await fileIt(number);
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
  await go('head', 'askSupplement', code, { parts: [{ name: 'Bản vẽ vị trí' }], reason: 'Thiếu giấy tờ.', until: inDays(10) }, 'SUPPLEMENT_REQUIRED');
  assert.equal(outcome(await post(supplement(code, ['Giấy khác'], { DinhDanhCHS: number }))), 'APPLIED');
  assert.equal(stateOf(code), 'SUPPLEMENT_REQUIRED', 'another paper is no answer');
  assert.equal(outcome(await post(supplement(code, ['Bản vẽ vị trí'], { DinhDanhCHS: '074090111999' }))), 'QUARANTINED OTHER_APPLICANT');
  assert.equal(outcome(await post(supplement(code, ['Bản vẽ vị trí'], { DinhDanhCHS: number }))), 'APPLIED');
  assert.equal(stateOf(code), 'PROCESSING', 'the clock runs again');
  assert.equal(outcome(await post(payment(code, 15000, 'GD-A'))), 'QUARANTINED NO_DEMAND');
  await go('processor', 'demandFee', code, { amountDong: 20000, amountReason: 'Theo thông báo', what: 'Lệ phí', until: inDays(10) }, 'PAYMENT_REQUIRED');
  assert.equal(outcome(await post(payment(code, 20000, 'GD-B'))), 'APPLIED');
  assert.equal(stateOf(code), 'PROCESSING');
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
});

test('R19: papers that come from the portal unasked, or under another name, are kept, told of, and named to the portal', async () => {
  const number = '074090111233';
  const code = await fileIt(number);
  await go('intake', 'askIntakeSupplement', code, { parts: [{ name: 'Bản vẽ vị trí' }], reason: 'Thiếu giấy tờ.', until: inDays(10) }, 'INTAKE_SUPPLEMENT');
  const { result: [said] } = await post(supplement(code, ['IMG_2031.jpg'], { DinhDanhCHS: number }));
  assert.deepEqual([said.TrangThai, said.GiayToNgoaiYeuCau], ['APPLIED', ['IMG_2031.jpg']]);
  const { timeline, portalPapers } = await look('intake', code, 'timeline(last: 1) { nodes { event note actor } } portalPapers { name }');
  assert.deepEqual(timeline.nodes, [{ event: 'papersReceived', note: 'Nộp tại Cổng Dịch vụ công quốc gia: IMG_2031.jpg', actor: 'Trần Văn Cổng' }]);
  assert.deepEqual(portalPapers, [{ name: 'IMG_2031.jpg' }]);
  const asked = one(`SELECT i.public_id FROM supplement_item i JOIN dossier d ON d.id = i.dossier WHERE d.code = '${code}'`);
  await go('intake', 'receiveItems', code, { items: [asked], digitised: false }, 'SUBMITTED'); // the officer knows it for what was asked
  const { result: [more] } = await post(supplement(code, ['Giấy khác'], { DinhDanhCHS: number }));
  assert.deepEqual([more.TrangThai, more.GiayToNgoaiYeuCau], ['APPLIED', ['Giấy khác']]);
});

test('R19: what was paid with the filing settles the fee once it is demanded', async () => {
  const code = await fileIt('074090111234', { MaThamChieu: 'GD-N', DanhSachLePhi: [{ TenPhiLePhi: 'Lệ phí', Gia: 20000, SoLuong: 1, TrangThaiThanhToan: 1 }] });
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
  const worker = await house.startWorker({ MOTCUA_POLL_MS: '20', MOTCUA_TICK_MS: '200', MOTCUA_QUARANTINE_MS: '50' });
  await go('processor', 'demandFee', code, { amountDong: 20000, amountReason: 'Theo thông báo', what: 'Lệ phí', until: inDays(10) }, 'PAYMENT_REQUIRED');
  await until('it is settled', () => stateOf(code) === 'PROCESSING');
  assert.equal(one(`SELECT f.reference FROM fee_demand f JOIN dossier d ON d.id = f.dossier WHERE d.code = '${code}'`), 'GD-N');
  await worker.stop();
});

test('D14: who filed at the portal asks there to withdraw, and an officer decides', async () => {
  const number = '074090111231';
  const code = await fileIt(number);
  const said = async (message) => (await post(message)).result[0];
  assert.match(JSON.stringify(await said(withdrawal(code, undefined))), /DinhDanhCHS: a personal number has 12 digits/);
  assert.match(JSON.stringify(await said(withdrawal(code, number, { TrangThaiHoSo: '8' }))), /TrangThaiHoSo: 7/);
  assert.match(JSON.stringify(await said({ isUpdating: true, record: { MaHoSo: code, DinhDanhCHS: number } })), /isUpdating: with true, one of/);
  assert.equal(outcome(await post(withdrawal(code, '074090111999'))), 'QUARANTINED OTHER_APPLICANT');
  assert.equal(stateOf(code), 'SUBMITTED');
  assert.equal(outcome(await post(withdrawal(code, number, { LyDo: 'Tôi đổi ý' }))), 'APPLIED');
  assert.equal(stateOf(code), 'WITHDRAW_REQUESTED');
  assert.equal(outcome(await post(withdrawal(code, number, { LyDo: 'Lần nữa' }))), 'QUARANTINED NOT_NOW');
  assert.ok((await quarantine('administrator')).some((message) => message.code === code && message.kind === 'WITHDRAWAL'));
  await go('intake', 'decideWithdrawal', code, { approve: false, reason: 'Đã có kết quả.' }, 'SUBMITTED');
  assert.equal(outcome(await post(withdrawal(code, number, { LyDo: 'Tôi đổi ý' }))), 'APPLIED');
  assert.equal(stateOf(code), 'WITHDRAW_REQUESTED', 'the same words after a refusal are another wish');
});

test('R05: what does not fit is said clearly, and a request that is none is refused whole', async () => {
  const good = filing(newCode(), { ...at, number: '074090111224' }).record;
  const wrong = [
    [{ ...good, MaHoSo: undefined }, /^MaHoSo: 1 to 64 characters\.$/], [{ ...good, MaTTHC: '' }, /^MaTTHC: it is missing\.$/],
    [{ ...good, MaTTHC: 'x'.repeat(65) }, /^MaTTHC: 1 to 64 characters\.$/], [{ ...good, NgayTiepNhan: '20260230083000' }, /^NgayTiepNhan: a time as yyyyMMddHHmmss\.$/],
    [{ ...good, NgayTiepNhan: '20261120243000' }, /^NgayTiepNhan/], [{ ...good, DinhDanhCHS: '12' }, /^DinhDanhCHS: a personal number has 12 digits\.$/],
    [{ ...good, LoaiDoiTuong: '7' }, /^LoaiDoiTuong: 0, 1 or 2\.$/], [{ ...good, KenhThucHien: '9' }, /^KenhThucHien: 1, 2 or 3\.$/], [{ ...good, ChuHoSo: { a: 1 } }, /^ChuHoSo: a text or a whole number\.$/],
    [{ ...good, ChuHoSo: 'ă'.repeat(201) }, /^ChuHoSo: 1 to 200 characters\.$/], [{ ...good, TrangThaiHoSo: '4' }, /^TrangThaiHoSo: 1/], [{ ...good, DanhSachHoSoBoSung: [] }, /^DanhSachHoSoBoSung: it comes with isUpdating true\.$/],
    [{ ...good, DanhSachLePhi: [{ Gia: 1, TrangThaiThanhToan: 1 }] }, /^MaThamChieu: it is missing\.$/],
    [{ ...good, TaiLieuNop: Array(51).fill({ TenTepDinhKem: 'a', MaKetQuaThayThe: 'k' }) }, /^TaiLieuNop: a list of 0 to 50 items\.$/],
    [{ ...good, TaiLieuNop: [{ TenTepDinhKem: 'a' }] }, /^TaiLieuNop: each has/], [{ ...good, TaiLieuNop: [{ TenTepDinhKem: 'a', DuongDanTaiTepTin: 'javascript:alert(1)' }] }, /^DuongDanTaiTepTin: an address that begins with https/],
    ['text', /^data: each record is an object\.$/],
  ];
  const kept = one('SELECT count(*) FROM portal_message');
  for (const [record, says] of wrong) {
    const { error_code: code, result } = await post({ isUpdating: false, record });
    assert.equal(code, '1');
    assert.match(result[0].message, says);
  }
  assert.equal(one('SELECT count(*) FROM portal_message'), kept, 'nothing of it is kept');
  const { error_code: mixed, result } = await post({ isUpdating: false, record: wrong[0][0] }, { isUpdating: false, record: good });
  assert.deepEqual([mixed, result[0].error_code, result[1].error_code], ['1', '1', '0'], 'a good one beside it is');
  for (const [updating, says] of [[supplement(newCode(), []), /^TaiLieuNop: a list of 1 to 50/], [payment(newCode(), 0, 'GD'), /^DanhSachLePhi: Gia and SoLuong/], [payment(newCode(), 1000000000001, 'GD'), /^DanhSachLePhi/],
    [payment(newCode(), 1, 'x'.repeat(101)), /^MaThamChieu: 1 to 100/], [{ isUpdating: true, record: { MaHoSo: 'x' } }, /^isUpdating: with true, one of/]])
    assert.match((await post(updating)).result[0].message, says);

  const raw = (body, headers = {}) => client.request('POST', '/portal/messages', { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers }, body);
  for (const [body, says] of [['{', /not JSON/], [JSON.stringify([]), /isUpdating|service/], [JSON.stringify({ service: 'X', isUpdating: false, data: [good] }), /service is DongBoHoSoMC/],
    [JSON.stringify({ service: 'DongBoHoSoMC', isUpdating: 'maybe', data: [good] }), /isUpdating is true or false/], [JSON.stringify({ service: 'DongBoHoSoMC', isUpdating: false, data: [] }), /data is a list/],
    [JSON.stringify({ service: 'DongBoHoSoMC', isUpdating: false, data: Array(21).fill(good) }), /at most 20 records/]]) {
    const reply = await raw(body);
    assert.equal(reply.status, 400, reply.text);
    assert.match(reply.json.message, says);
    assert.notEqual(reply.json.error_code, '0');
  }
  assert.equal((await raw('{}', { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await client.get('/portal/messages')).status, 405);
  const full = { service: 'DongBoHoSoMC', isUpdating: 'false', data: Array.from({ length: 20 }, () => filing(newCode(), { ...at, number: '074090111225' }).record) };
  assert.equal((await raw(JSON.stringify(full))).json.result.filter(({ TrangThai }) => TrangThai === 'APPLIED').length, 20, 'twenty are as many as fit');
});

test('R18: only a live key of a partner that the operator made a portal hands anything in', async () => {
  const message = filing(newCode(), { ...at, number: '074090111226' });
  assert.equal((await send(client, undefined, [message])).status, 401);
  for (const [who, found] of [['a citizen', tokens.citizen], ['an officer', tokens.intake], ['another scope', holding('dossiers.submit')], ['the sandbox', holding('portal.exchange', 'TEST')]])
    assert.equal((await send(client, found, [message])).status, 403, who);
  one("UPDATE partner SET kind = 'ORDINARY' WHERE id = 5001");
  assert.equal((await send(client, token, [message])).status, 403, 'an ordinary partner');
  one("UPDATE partner SET kind = 'PORTAL' WHERE id = 5001");
  assert.equal(stateOf(message.record.MaHoSo), '');
});

// ---- quarantine ----

const quarantine = async (who) => (await client.data('{ viewer { quarantine(first: 100) { nodes { id kind code procedure agency reason tries amountDong reference } } } }', { token: tokens[who] })).viewer.quarantine.nodes;
const retry = async (who, message) => (await client.data(`mutation($input: RetryPortalMessageInput!) { it: retryPortalMessage(input: $input) { __typename ... on PortalMessageRetried { quarantined { reason tries } } } }`,
  { token: tokens[who], variables: { input: { idempotencyKey: key(), message } } })).it;

test('R30: what names an unknown procedure waits where officers see it, and is taken up once the catalogue knows it', async () => {
  const code = newCode();
  assert.equal(outcome(await post(filing(code, { ...at, procedure: '8.000001', number: '074090111227' }))), 'QUARANTINED UNKNOWN_PROCEDURE');
  const found = (await quarantine('intake')).find((message) => message.code === code);
  assert.deepEqual({ ...found, id: null }, { id: null, kind: 'DOSSIER', code, procedure: '8.000001', agency: where.agency, reason: 'UNKNOWN_PROCEDURE', tries: 1, amountDong: null, reference: null });
  assert.deepEqual((await quarantine('processor')).filter((message) => message.code === code), [], 'not who only processes');
  assert.deepEqual((await quarantine('citizen')), []);
  assert.deepEqual(await retry('intake', found.id), { __typename: 'PortalMessageRetried', quarantined: { reason: 'UNKNOWN_PROCEDURE', tries: 2 } });
  assert.equal((await retry('other', found.id)).__typename, 'NotAllowed');
  one(`WITH p AS (INSERT INTO procedure (code, field, level) SELECT '8.000001', field, level FROM procedure WHERE code = '${where.procedure}' RETURNING id)
    INSERT INTO procedure_version (procedure, no, valid_from, decision, name, online_level, home_eligible, boundary_free)
    SELECT id, 1, '2025-07-01', 'QĐ 1', 'Thủ tục mới', 'FULL', false, false FROM p`);
  assert.deepEqual(await retry('intake', found.id), { __typename: 'PortalMessageRetried', quarantined: null });
  assert.equal(stateOf(code), 'SUBMITTED');
});

test('R30: papers and a payment that come before their dossier wait with the agency that its code begins with', async () => {
  const code = newCode();
  const number = '074090111232';
  assert.equal(outcome(await post(supplement(code, ['Hộ khẩu'], { DinhDanhCHS: number }))), 'QUARANTINED NO_DOSSIER');
  assert.equal(outcome(await post(payment(code, 15000, 'GD-C'))), 'QUARANTINED NO_DOSSIER');
  const held = (await quarantine('intake')).filter((message) => message.code === code);
  assert.deepEqual(held.map(({ kind, agency, reason }) => [kind, agency, reason]), [['SUPPLEMENT', where.agency, 'NO_DOSSIER'], ['PAYMENT', where.agency, 'NO_DOSSIER']]);
  assert.equal((await retry('intake', held[0].id)).quarantined.reason, 'NO_DOSSIER');
  assert.equal((await retry('other', held[0].id)).__typename, 'NotAllowed');
});

const dismiss = async (who, message, reason = 'Đã hoàn tiền.') => (await client.data(`mutation($input: DismissPortalMessageInput!) { it: dismissPortalMessage(input: $input) {
  __typename ... on PortalMessageDismissed { id } ... on GuardFailed { problems { path } } } }`, { token: tokens[who], variables: { input: { idempotencyKey: key(), message, reason } } })).it;

test('R30: a payment nobody can settle is seen by the cashier with its amount, and leaves the list by hand, with a reason', async () => {
  const code = await fileIt('074090111236');
  assert.equal(outcome(await post(payment(code, 15000, 'GD-T'))), 'QUARANTINED NO_DEMAND');
  const held = (await quarantine('counter')).find((message) => message.code === code);
  assert.deepEqual([held.kind, held.amountDong, held.reference], ['PAYMENT', 15000, 'GD-T']);
  assert.ok((await quarantine('counter')).every(({ kind }) => kind === 'PAYMENT'), 'what is no payment is not the cashier\'s');
  assert.equal((await dismiss('processor', held.id)).__typename, 'NotAllowed');
  assert.equal((await dismiss('other', held.id)).__typename, 'NotAllowed');
  assert.deepEqual(await dismiss('counter', held.id, ' '), { __typename: 'GuardFailed', problems: [{ path: 'reason' }] });
  assert.deepEqual(await dismiss('counter', held.id), { __typename: 'PortalMessageDismissed', id: held.id });
  assert.equal((await quarantine('counter')).some(({ id }) => id === held.id), false);
  assert.equal((await dismiss('counter', held.id)).__typename, 'NotAllowed', 'it is settled');
  assert.equal((await retry('intake', held.id)).__typename, 'NotAllowed', 'and not to be tried again');
  const { result: [again] } = await post(payment(code, 15000, 'GD-T'));
  assert.deepEqual([again.TrangThai, again.LyDo, again.MaBienNhan], ['DISMISSED', 'NO_DEMAND', held.id], 'the portal learns it');
  assert.equal(one(`SELECT concat_ws('|', dismissal, amount_dong, body) FROM portal_message WHERE public_id = '${held.id}'`), 'Đã hoàn tiền.|15000');
  assert.equal(one(`SELECT count(*) FROM audit WHERE act = 'portal.dismiss' AND object = 'portal_message:${held.id}'`), '1');
});

test('R30: what waits is read page by page, each once, the oldest first', async () => {
  for (let i = 0; i < 5; i++) await post(supplement(newCode(), ['Giấy'], { DinhDanhCHS: '074090111237' }));
  const page = async (after) => (await client.data('query($after: Cursor) { viewer { quarantine(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }',
    { token: tokens.intake, variables: { after } })).viewer.quarantine;
  const seen = [];
  for (let after = null, more = true; more;) {
    const { nodes, pageInfo } = await page(after);
    assert.ok(nodes.length === 3 || !pageInfo.hasNextPage);
    seen.push(...nodes);
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  assert.ok(seen.length > 5 && new Set(seen.map(({ id }) => id)).size === seen.length);
  assert.equal(seen.map(({ id }) => id).join(), one(`SELECT string_agg(m.public_id::text, ',' ORDER BY m.id) FROM portal_message m JOIN agency a ON a.id = m.agency
    WHERE a.code = '${where.agency}' AND m.state = 'QUARANTINED'`));
});

// ---- outbound ----

const workerSettings = () => {
  const file = join(house.state, 'portal.key');
  writeFileSync(file, 'the-key\n', { mode: 0o400 });
  return { MOTCUA_PORTAL_URL: portal.url, MOTCUA_PORTAL_KEY_FILE: file, MOTCUA_POLL_MS: '20', MOTCUA_BACKOFF_FIRST_MS: '20', MOTCUA_BACKOFF_MAX_MS: '100',
    MOTCUA_CIRCUIT_OPEN_MS: '50', MOTCUA_PORTAL_TIMEOUT_MS: '2000', MOTCUA_TICK_MS: '200', MOTCUA_QUARANTINE_MS: '50' };
};
const syncOf = async (code) => (await look('head', code, 'sync { state sentAt ackedAt lag why }')).sync;
const acked = (code) => until(`${code} is acknowledged`, async () => (await syncOf(code))?.state === 'ACKED');
const bring = async (code) => {
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
};

test('R30: every step of a dossier is told to the portal once and in order, whatever fails on the way', async () => {
  const worker = await house.startWorker(workerSettings());
  // Of three messages one meets a 500, an error_code, or an answer that is lost first.
  const faults = [500, 'code', 'lost', 503];
  let first = 0;
  portal.behave = (message, times) => (times === 0 && first++ % 3 === 0 ? faults[(first / 3 | 0) % faults.length] : 'ok');
  const own = [];
  for (let i = 0; i < 4; i++) own.push((await handIn(client, tokens.citizen, where)).code);
  const theirs = await fileIt('074090111228');
  for (const code of [...own, theirs]) await bring(code);
  for (const code of [...own, theirs]) await acked(code);
  for (const code of own)
    assert.deepEqual(portal.of(code).map(({ service, isUpdating, TrangThaiHoSo, TrangThai }) => [service, isUpdating, TrangThaiHoSo ?? TrangThai]),
      [['DongBoHoSoMC', false, '1'], ['DongBoHoSoMC', true, '2'], ['CapNhatTienDoHoSoMC', undefined, '4'], ['DongBoHoSoMC', true, '9']], code);
  assert.deepEqual(portal.of(theirs).map(({ TrangThaiHoSo, TrangThai }) => TrangThaiHoSo ?? TrangThai), ['2', '4', '9'], 'what was filed there is not told back');
  // Of each dossier no message came before the one ahead of it was taken.
  for (const code of own) {
    const order = portal.came.filter(({ MaHoSo }) => MaHoSo === code).map(({ MaThongDiep }) => MaThongDiep);
    assert.deepEqual(order.filter((id, i) => id !== order[i - 1]), portal.of(code).map(({ MaThongDiep }) => MaThongDiep), 'tries of one follow each other');
  }
  const [, second] = portal.of(own[0]);
  assert.match(second.NgayTiepNhan, /^\d{14}$/);
  assert.ok(second.NgayHenTra > second.NgayTiepNhan && second.MaTTHC === where.procedure && second.MaDonVi === where.agency);
  assert.ok(!portal.came.some(({ text }) => text.includes('Nguyễn') && !text.includes('NguoiXuLy')), 'it says nothing of the applicant');
  assert.deepEqual(portal.refusals, []);
  const sync = await syncOf(own[0]);
  assert.deepEqual([sync.state, sync.lag, sync.why], ['ACKED', 0, null]);
  assert.ok(sync.ackedAt >= sync.sentAt);
  assert.equal((await look('citizen', own[0], 'sync { state }')).sync, null, 'the applicant is not told of it');
  await worker.stop();
});

test('R30: a portal that says when to come again is left alone until then, but not for ever, which costs no message a try', async () => {
  const triesMax = one('SELECT tries_max FROM adapter');
  one('UPDATE adapter SET tries_max = 1');
  for (const [after, most, waits] of [[2, '60000', 2], [3600, '1000', 1]]) {
    for (const status of [429, 503]) {
      const codes = [(await handIn(client, tokens.citizen, where)).code, (await handIn(client, tokens.citizen, where)).code];
      const from = portal.came.length;
      let asked;
      portal.behave = ({ cameMs }) => ((asked ??= cameMs) === cameMs ? { status, after } : 'ok');
      one("UPDATE dossier_sync SET due_at = now() + interval '1 hour' WHERE dossier IN (SELECT id FROM dossier WHERE code = '" + codes[1] + "')");
      const worker = await house.startWorker({ ...workerSettings(), MOTCUA_PORTAL_PAUSE_MAX_MS: most });
      await until('the answer is known', () => one(`SELECT count(*) FROM dossier_sync WHERE state = 'PENDING' AND why = 'HTTP_${status}'`) === '1');
      one(`UPDATE dossier_sync SET due_at = now() WHERE state = 'PENDING' AND why IS NULL`);
      for (const code of codes) await acked(code);
      const waited = portal.came.slice(from).filter(({ cameMs }) => cameMs > asked).map(({ cameMs }) => (cameMs - asked) / 1000);
      assert.ok(Math.min(...waited) >= waits - 0.05, `${status}: ${waited}`);
      assert.ok(Math.min(...waited) < waits + 10, `${status}: ${waited}`);
      await worker.stop();
    }
  }
  one(`UPDATE adapter SET tries_max = ${triesMax}`);
});

test('R30: the portal learns what is asked for and until when, what is to be paid and has been, and what came of it', async () => {
  portal.behave = () => 'ok';
  const worker = await house.startWorker(workerSettings());
  const number = '074090111235';
  const code = await fileIt(number);
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
  await go('head', 'askSupplement', code, { parts: [{ name: 'Bản vẽ vị trí', note: 'bản chính' }], reason: 'Thiếu bản vẽ.', until: inDays(10) }, 'SUPPLEMENT_REQUIRED');
  await until('it is asked for', () => portal.of(code).at(-1)?.TrangThaiHoSo === '5');
  const [asked] = portal.of(code).at(-1).DanhSachHoSoBoSung;
  assert.deepEqual([asked.NoiDungBoSung, asked.TrangThaiBoSung, asked.NgayHenTraMoi, asked.DanhSachGiayToBoSung.map(({ TenGiayTo, GhiChu }) => [TenGiayTo, GhiChu])],
    ['Thiếu bản vẽ.', '0', undefined, [['Bản vẽ vị trí', 'bản chính']]]);
  assert.match(`${asked.NgayBoSung} ${asked.HanBoSung} ${asked.NgayHenTraTruoc}`, /^\d{14} \d{14} \d{14}$/);
  assert.equal(asked.NgayHenTraTruoc, portal.of(code)[0].NgayHenTra);
  assert.equal(outcome(await post(supplement(code, ['ban ve vi tri.pdf'], { DinhDanhCHS: number }))), 'APPLIED');
  await go('processor', 'demandFee', code, { amountDong: 20000, amountReason: 'Theo thông báo', what: 'Lệ phí cấp phép', until: inDays(10) }, 'PAYMENT_REQUIRED');
  await until('the fee is', () => portal.of(code).at(-1)?.TrangThaiHoSo === '6');
  const { DanhSachLePhi: [fee], DanhSachHoSoBoSung: [answered], NgayHenTra } = portal.of(code).at(-1);
  assert.deepEqual([answered.TrangThaiBoSung, answered.NgayHenTraMoi], ['1', NgayHenTra]);
  assert.ok(answered.NgayHenTraMoi >= answered.NgayHenTraTruoc);
  assert.deepEqual({ ...fee, HanNop: null }, { TenPhiLePhi: 'Lệ phí cấp phép', Gia: '20000', SoLuong: '1', HinhThucThu: '2', TrangThaiThanhToan: '0', DuocThanhToanTrucTuyen: '1', HanNop: null });
  assert.equal(outcome(await post(payment(code, 20000, 'GD-L'))), 'APPLIED');
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
  await until('the result is', () => portal.of(code).at(-1)?.TrangThaiHoSo === '9');
  const { DanhSachLePhi: [paid], DanhSachGiayToKetQua: results } = portal.of(code).at(-1);
  assert.deepEqual([paid.TrangThaiThanhToan, paid.MaThamChieu, paid.DuocThanhToanTrucTuyen], ['1', 'GD-L', undefined]);
  assert.deepEqual(results.map(({ TenGiayTo, MaGiayToKetQua }) => [TenGiayTo.startsWith('Kết quả: '), MaGiayToKetQua]), [[true, granted.eResult]]);
  assert.ok(!portal.came.some(({ text }) => text.includes(number)), 'no number of a person goes out');
  assert.ok(![worker.log, house.server.log].some((log) => log.includes('Thiếu bản vẽ')), 'nor does a log say what a message does');
  await worker.stop();
});

test('R01: the way of a dossier through two agencies is one line at the portal', async () => {
  portal.behave = () => 'ok';
  const worker = await house.startWorker(workerSettings());
  const code = await fileIt('074090111229');
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
  await go('processor', 'sendTask', code, task(), 'INTERAGENCY');
  const asked = one(`SELECT t.public_id FROM inter_agency_task t JOIN dossier d ON d.id = t.dossier WHERE d.code = '${code}'`);
  await go('other', 'answerTask', code, { task: asked, outcome: 'DONE', answer: 'Đã xác nhận.' }, 'PROCESSING');
  await until('all is told', () => portal.of(code).length === 4);
  assert.deepEqual(portal.of(code).map(({ service, TrangThaiHoSo, TrangThai, NoiDungXuLy }) => [service, TrangThaiHoSo ?? TrangThai, NoiDungXuLy]), [
    ['DongBoHoSoMC', '2', undefined], ['CapNhatTienDoHoSoMC', '4', 'Đang xử lý'], ['CapNhatTienDoHoSoMC', '4', 'Chờ liên thông'], ['CapNhatTienDoHoSoMC', '4', 'Đang xử lý']]);
  await worker.stop();
});

test('D18, R30: the portal is told when a result was given, at the counter or in the app', async () => {
  portal.behave = () => 'ok';
  const worker = await house.startWorker(workerSettings());
  const receiver = one('SELECT name FROM subject WHERE id = 1');
  for (const [who, field, input] of [['counter', 'handOverDossier', { receiver, delivery: 'COUNTER' }], ['citizen', 'collectResult', {}]]) {
    const { code } = await handIn(client, tokens.citizen, where);
    await bring(code);
    one(`UPDATE dossier SET delivery = 'ELECTRONIC' WHERE code = '${code}'; INSERT INTO stored_file (sha256, bytes, uses) VALUES (sha256('${code}'), 9, 1);
      WITH p AS (INSERT INTO stored_paper (owner, kind, title, sha256, media_type, bytes, source, state) VALUES (1, 'KET_QUA', 'Kết quả', sha256('${code}'), 'application/pdf', 9, 'RESULT', 'CLEAN') RETURNING id)
      INSERT INTO result_file (dossier, no, applicant, paper) SELECT d.id, 1, 1, p.id FROM dossier d, p WHERE d.code = '${code}'`);
    await go(who, field, code, input, 'RETURNED');
    await until('all is told', () => portal.of(code).length === 5);
    const told = portal.of(code);
    assert.deepEqual([told[4].service, told[4].TrangThaiHoSo, told[3].NgayTra], ['DongBoHoSoMC', '10', undefined], field);
    assert.match(told[4].NgayTra, /^\d{14}$/);
    assert.ok(told[4].NgayTra >= told[4].NgayKetThucXuLy, field);
  }
  await worker.stop();
});

test('R30: a worker that dies over a message leaves it to the next one', async () => {
  portal.behave = () => 'slow';
  const worker = await house.startWorker(workerSettings());
  const code = (await handIn(client, tokens.citizen, where)).code;
  await until('it is under way', () => portal.came.some(({ MaHoSo }) => MaHoSo === code));
  await worker.stop('SIGKILL');
  house.workers.splice(house.workers.indexOf(worker), 1);
  assert.equal((await syncOf(code)).state, 'SENT');
  one("UPDATE dossier_sync SET due_at = now() WHERE state = 'SENT'"); // as if its lease had run out
  portal.behave = () => 'ok';
  const next = await house.startWorker(workerSettings());
  await acked(code);
  assert.equal(portal.of(code).length, 1);
  await next.stop();
});

const failed = async (who) => (await client.data('{ viewer { failedSyncs { code adapter why } } }', { token: tokens[who] })).viewer.failedSyncs;
const redrive = async (who, code) => (await client.data(`mutation($input: RedriveSyncInput!) { it: redriveSync(input: $input) { __typename ... on SyncRedriven { dossier { code sync { state } } } } }`,
  { token: tokens[who], variables: { input: { idempotencyKey: key(), code } } })).it;
const adapters = async (who) => (await client.data('{ viewer { adapters { id name isOn waiting failed lag isLate } } }', { token: tokens[who] })).viewer.adapters;

test('R30: what the portal never takes is given up into a list, and goes out again when an officer says so', async () => {
  one('UPDATE adapter SET tries_max = 3');
  const bad = (await handIn(client, tokens.citizen, where)).code;
  const good = (await handIn(client, tokens.citizen, where)).code;
  portal.behave = ({ MaHoSo }) => (MaHoSo === bad ? 'code' : 'ok');
  const worker = await house.startWorker(workerSettings());
  await until('it is given up', async () => (await failed('head')).some(({ code }) => code === bad));
  await acked(good);
  assert.deepEqual((await failed('head')).filter(({ code }) => code === bad), [{ code: bad, adapter: 'DVCQG', why: 'ERROR_CODE_-1' }]);
  assert.equal(portal.came.filter(({ MaHoSo }) => MaHoSo === bad).length, 3, 'after three tries');
  assert.equal((await syncOf(bad)).state, 'FAILED');
  await go('intake', 'acceptDossier', bad, accepted, 'ACCEPTED');
  assert.equal((await redrive('intake', bad)).__typename, 'NotAllowed');
  assert.equal((await redrive('head', good)).__typename, 'StaleState');
  portal.behave = () => 'ok';
  assert.equal((await redrive('head', bad)).__typename, 'SyncRedriven');
  await acked(bad);
  assert.deepEqual(portal.of(bad).map(({ TrangThaiHoSo }) => TrangThaiHoSo), ['1', '2'], 'with what had waited behind it');
  assert.deepEqual((await failed('head')).filter(({ code }) => code === bad), []);
  await worker.stop();
});

test('R30: a portal that is behind is alarmed and seen by who inspects or administers', async () => {
  portal.behave = () => 500;
  const code = (await handIn(client, tokens.citizen, where)).code;
  one('UPDATE adapter SET tries_max = 100, lag_alarm_s = 1');
  const worker = await house.startWorker(workerSettings());
  await until('the alarm', () => /event=adapter_lags adapter=DVCQG lag_s=\d+ waiting=\d+/.test(worker.log));
  for (const who of ['inspector', 'administrator']) {
    const [adapter] = await adapters(who);
    assert.deepEqual([adapter.id, adapter.isOn, adapter.waiting, adapter.isLate], ['DVCQG', true, 1, true], who);
    assert.ok(adapter.lag >= 1);
  }
  assert.deepEqual(await adapters('processor'), []);
  await until('the gauge', async () => (await house.metrics())['motcua_adapter_lag_seconds{adapter="DVCQG"}'] >= 1);
  portal.behave = () => 'ok';
  await acked(code);
  await until('it has caught up', () => /event=adapter_caught_up adapter=DVCQG/.test(worker.log));
  assert.equal((await adapters('inspector'))[0].lag, 0);
  await worker.stop();
});

test('R30: a dossier that is RESTRICTED is told to nobody', async () => {
  portal.behave = () => 'ok';
  const worker = await house.startWorker(workerSettings());
  const code = (await handIn(client, tokens.citizen, where)).code;
  await acked(code);
  one(`UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = '${code}'`);
  const before = portal.came.length;
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  const other = (await handIn(client, tokens.citizen, where)).code;
  await acked(other);
  assert.ok(!portal.came.slice(before).some(({ MaHoSo }) => MaHoSo === code));
  await worker.stop();
});

test('R30: agencies and procedures are pulled from the portal, and what waited for them is taken up by itself', async () => {
  const [field, level] = one(`SELECT field, level FROM procedure WHERE code = '${where.procedure}'`).split('|');
  const unit = one(`SELECT unit_code FROM agency WHERE code = '${where.agency}'`);
  const code = 'H77.2-261120-900001';
  assert.equal(outcome(await post(filing(code, { procedure: '1.999001', agency: 'H77.2', number: '074090111230' }))), 'QUARANTINED UNKNOWN_PROCEDURE');
  const version = { code: '1.999001', field, level, name: 'Thủ tục của Cổng', decisionNumber: '9/QĐ-BNV', decidedOn: '2026-10-01', decidedBy: 'Bộ Nội vụ', validFrom: '2026-10-15',
    onlineLevel: 'FULL', homeEligible: false, boundaryFree: true, limitAmount: 3, limitUnit: 'WORKING_DAY' };
  portal.lists = { LayDanhMucCoQuan: [{ MaDonVi: 'H77.2', TenDonVi: 'Cơ quan của Cổng', MaDVHC: unit }, { MaDonVi: 'H77.3', TenDonVi: 'Không rõ ở đâu', MaDVHC: '1' }, { MaDonVi: 'x' }],
    LayDanhSachTTHC: [...Array.from({ length: 25 }, (_, i) => ({ ...version, code: `1.9991${String(i).padStart(2, '0')}` })), version, { code: '1.999999' }, 'rác'] };
  one("UPDATE adapter SET pull_due_at = now(), pulled_at = NULL; UPDATE portal_message SET next_try_at = now() WHERE state = 'QUARANTINED' AND code LIKE 'H77%'");
  const worker = await house.startWorker(workerSettings());
  await until('it is here', () => one('SELECT pulled_at IS NOT NULL FROM adapter') === 't');
  assert.equal(one("SELECT name || ' ' || kinds::text FROM agency WHERE code = 'H77.2'"), 'Cơ quan của Cổng {RECEPTION}');
  assert.equal(one("SELECT count(*) FROM agency WHERE code IN ('H77.3', 'x')"), '0');
  assert.equal(one("SELECT added || ' ' || refused FROM catalogue_import ORDER BY id DESC LIMIT 1"), '26 2', 'a line that does not fit is refused, and the next is read');
  await until('it is taken up', () => { one("UPDATE portal_message SET next_try_at = now() WHERE state = 'QUARANTINED' AND code LIKE 'H77%'"); return stateOf(code) === 'SUBMITTED'; });
  const { adapters: [adapter] } = (await client.data('{ viewer { adapters { pulledAt isPullLate } } }', { token: tokens.inspector })).viewer;
  assert.ok(adapter.pulledAt !== null && adapter.isPullLate === false);
  await worker.stop();
});

test('R18: a portal that asks to be left alone when it is asked for a list is told nothing and asked for nothing until then', async () => {
  portal.behave = () => 'ok';
  for (const [after, most, waits] of [[2, '60000', 2], [3600, '1000', 1]]) {
    const from = portal.asked.length;
    portal.list = (service, times) => (service === 'LayDanhSachTTHC' && times === portal.asked.slice(0, from).filter((asked) => asked.service === service).length ? { status: 503, after } : 'ok');
    const code = (await handIn(client, tokens.citizen, where)).code;
    one("UPDATE dossier_sync SET due_at = now() + interval '1 hour' WHERE state <> 'ACKED'; UPDATE adapter SET pull_due_at = now(), pulled_at = NULL");
    const worker = await house.startWorker({ ...workerSettings(), MOTCUA_PORTAL_PAUSE_MAX_MS: most });
    await until('it is to wait', () => /event=pull_paused adapter=DVCQG service=LayDanhSachTTHC pause_ms=/.test(worker.log));
    one("UPDATE dossier_sync SET due_at = now() WHERE state <> 'ACKED'");
    const asked = portal.asked.at(-1).cameMs;
    await acked(code);
    await until('it is here', () => one('SELECT pulled_at IS NOT NULL FROM adapter') === 't');
    assert.deepEqual(portal.asked.slice(from).map(({ service }) => service), ['LayDanhMucCoQuan', 'LayDanhSachTTHC', 'LayDanhMucCoQuan', 'LayDanhSachTTHC']);
    const waited = [...portal.came, ...portal.asked].filter(({ cameMs }) => cameMs > asked).map(({ cameMs }) => (cameMs - asked) / 1000);
    assert.ok(Math.min(...waited) >= waits - 0.05 && Math.min(...waited) < waits + 10, `${waited}`);
    await worker.stop();
  }
  portal.list = () => 'ok';
});

test('R18: while messages are to wait, no list is asked for either', async () => {
  let paused;
  portal.behave = ({ cameMs }) => ((paused ??= cameMs) === cameMs ? { status: 429, after: 2 } : 'ok');
  const from = portal.asked.length;
  const code = (await handIn(client, tokens.citizen, where)).code;
  one("UPDATE adapter SET pull_due_at = now() + interval '1 hour', pulled_at = NULL");
  const worker = await house.startWorker(workerSettings());
  await until('it is to wait', () => one("SELECT count(*) FROM dossier_sync WHERE state = 'PENDING' AND why = 'HTTP_429'") === '1');
  one('UPDATE adapter SET pull_due_at = now()');
  await until('it is here', () => one('SELECT pulled_at IS NOT NULL FROM adapter') === 't');
  await acked(code);
  assert.ok(portal.asked[from].cameMs - paused >= 1950, `${portal.asked[from].cameMs - paused}`);
  await worker.stop();
});
