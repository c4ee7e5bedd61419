// Dossiers that a case tells of as they stand in the middle of things: brought there by their real actors over the API, in October
// 2026 whenever it is told. What dates a change, and what a term must lie ahead of, take the story's hour for the present.
import { announce, client, database, go, itemsOf, look, numbers, one, open, otherAgency, tokens } from '../e2e/office.mjs';
import { filed, handIn, key } from '../e2e/support.mjs';

const dated = ['is_ahead', 'term_least_facts', 'dossier_submit', 'dossier_event_append'];
const business = { procedure: '1.001612', agency: 'H29.101' }; // a household business: three working days, 100,000 đ
const declarant = { declarantPersonalNo: '074090000001', declarantAddress: 'Phường Thủ Dầu Một', phone: '0901234567' };
const extension = { ...business, procedure: '1.013227' }; // of a building permit: its papers may be brought
const declared = new Map([
  [business, { ...declarant, businessName: 'Tạp hóa An', businessAddress: 'Đường Yersin', lines: ['Bán lẻ hàng tạp hóa'], capital: 50_000_000 }],
  [extension, { ...declarant, permitNo: '15/GPXD', permitOn: '2025-11-03', site: 'Đường Yersin', extendMonths: 12, reasonText: 'Chưa khởi công được.' }],
]);
const change = { ...business, procedure: '2.000720' }; // of one: three working days, no fee by a rule

const prepare = `
  CREATE TABLE story_hour (at timestamptz NOT NULL);
  INSERT INTO story_hour VALUES (now());
  CREATE FUNCTION story_hour() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS 'SELECT at FROM story_hour';
  GRANT SELECT ON story_hour TO motcua_definer;
  GRANT EXECUTE ON FUNCTION story_hour() TO motcua_definer;
  DO $$
  DECLARE
    f regprocedure;
  BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'motcua'::regnamespace AND proname IN (${dated.map((name) => `'${name}'`)}) LOOP
      EXECUTE regexp_replace(pg_get_functiondef(f), '\\m(clock_timestamp|now)\\(\\)', 'story_hour()', 'g');
    END LOOP;
  END $$;`;

const october = (hour) => `2026-10-${hour.replace(' ', 'T')}:00+07:00`;
const at = (hour) => one(`UPDATE story_hour SET at = '${october(hour)}'`);

// What is handed in: of what has an e-form, a draft of it.
async function prepared(what) {
  const whole = filed(database, what);
  if (!declared.has(what)) return { ...what, ...whole };
  const set = Object.entries(declared.get(what)).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  const { saveDraft } = await client.data('mutation($input: SaveDraftInput!) { saveDraft(input: $input) { ... on DraftSaved { draft { id } } } }',
    { token: tokens.citizen, variables: { input: { idempotencyKey: key(), ...what, set } } });
  return { draft: saveDraft.draft.id, ...whole };
}

async function inHand(what, day) {
  at(`${day} 08:15`);
  const { code } = await handIn(client, tokens.citizen, await prepared(what));
  at(`${day} 09:30`);
  await go('intake', 'acceptDossier', code, { digitised: true, note: 'Đã nhận đủ bản chính.' }, 'ACCEPTED');
  at(`${day} 14:00`);
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
  return code;
}

async function askForPapers(day) {
  const code = await inHand(business, day);
  at('07 10:00');
  await go('head', 'askSupplement', code, { reason: 'Bản vẽ đã mờ; thiếu giấy ủy quyền.', until: october('21 17:00'),
    parts: [{ name: 'Bản vẽ vị trí', note: 'Bản cũ đã mờ' }, { name: 'Giấy ủy quyền' }] }, 'SUPPLEMENT_REQUIRED');
  return code;
}

async function bringPapers(code) {
  at('12 20:30');
  await go('citizen', 'supplementDossier', code, announce(await itemsOf(code)), 'SUPPLEMENT_REQUIRED');
  at('13 15:00');
  await go('intake', 'receiveItems', code, { items: (await itemsOf(code)).map(({ id }) => id), digitised: true }, 'PROCESSING');
}

async function askAgency(day) {
  const code = await inHand(business, day);
  at('15 08:00');
  await go('processor', 'sendTask', code, { agency: otherAgency, title: 'Xác nhận địa điểm kinh doanh', until: october('16 17:00') }, 'INTERAGENCY');
  return code;
}

async function answerTask(code) {
  const [{ id }] = (await look('other', code, 'tasks { id }')).tasks;
  at('16 11:00');
  await go('other', 'answerTask', code, { task: id, outcome: 'DONE', answer: 'Địa điểm phù hợp quy hoạch.' }, 'PROCESSING');
}

async function demandFee(what, day, input) {
  const code = await inHand(what, day);
  at(`${day} 16:00`);
  await go('processor', 'demandFee', code, { until: october('28 17:00'), ...input }, 'PAYMENT_REQUIRED');
  return code;
}

async function pay(code) {
  const [{ id, amountDong }] = (await look('counter', code, 'feeDemands { id amountDong }')).feeDemands;
  at('20 09:10');
  await go('citizen', 'payDossier', code, { demand: id, method: 'COUNTER' }, 'PAYMENT_REQUIRED');
  at('20 09:40');
  await go('counter', 'recordPayment', code, { demand: id, amountDong, reference: 'BL 0012345', note: 'Biên lai số BL 0012345.' }, 'PROCESSING');
}

// Handed in on a Thursday, answered on Monday: sixteen working hours later.
async function acceptLate() {
  at('08 08:15');
  const { code } = await handIn(client, tokens.citizen, await prepared(change));
  at('12 09:30');
  await go('intake', 'acceptDossier', code, { digitised: true }, 'ACCEPTED');
}

// Filed at the national portal with a paper that stays there; the portal has acknowledged the acceptance. Of another one the portal
// could not be told, and a third message waits for an officer.
async function fileAtPortal() {
  const code = await inHand(change, '22');
  const failed = await inHand(change, '22');
  const synced = (of, more) => one(`INSERT INTO dossier_sync (adapter, dossier, applicant, agency, came_from, sent_at, ${Object.keys(more).join(', ')})
    SELECT 'DVCQG', id, applicant, competent_agency, true, '${october('22 09:31')}', ${Object.values(more).join(', ')} FROM dossier WHERE code = '${of}'`);
  synced(code, { state: "'ACKED'", acked_at: `'${october('22 09:32')}'`, acked_seq: 'seq' });
  synced(failed, { state: "'FAILED'", waiting: 2, oldest_at: `'${october('22 09:30')}'`, failed_at: `'${october('22 10:00')}'`, tries: 10, why: "'HTTP_500'" });
  one(`INSERT INTO sync_message (adapter, dossier, applicant, event, service, at) SELECT 'DVCQG', e.dossier, d.applicant, e.id, 'CapNhatTienDoHoSoMC', e.at
         FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${failed}' AND e.seq > 1`);
  one(`WITH m AS (INSERT INTO portal_message (adapter, code, kind, sha256, state, dossier, applicant, applied_at)
        SELECT 'DVCQG', code, 'DOSSIER', sha256('filed'), 'APPLIED', id, applicant, '${october('22 08:15')}' FROM dossier WHERE code = '${code}' RETURNING id, dossier, applicant)
      INSERT INTO portal_paper (dossier, applicant, name, address, kho_id, message, at)
      SELECT dossier, applicant, 'Giấy đề nghị đăng ký thay đổi', 'https://dichvucong.gov.vn/tep/7431', 'KHO-7431', id, '${october('22 08:15')}' FROM m`);
  one(`INSERT INTO portal_message (adapter, code, kind, sha256, body, procedure_code, agency_code, agency, reason, tries, received_at)
      SELECT 'DVCQG', 'G22.99-261021-000917', 'DOSSIER', sha256('quarantined'), '{}', '1.999999', code, id, 'UNKNOWN_PROCEDURE', 1, '${october('21 14:00')}' FROM agency WHERE code = 'H29.101'`);
}

// Scanned at the counter when it was taken in, and finished with the file of its result.
async function finishWithFile() {
  const code = await inHand(change, '26');
  const paper = (title) => `(SELECT p.id FROM stored_paper p WHERE p.title = '${title}')`;
  for (const [kind, title, source] of [['TO_KHAI', 'Giấy đề nghị đăng ký thay đổi', 'PAPER_SCAN'], ['GCN_HKD', 'Giấy chứng nhận đăng ký hộ kinh doanh', 'RESULT']])
    one(`WITH f AS (INSERT INTO stored_file (sha256, bytes, uses) VALUES (sha256('${source}'), 2048, 1) RETURNING sha256)
      INSERT INTO stored_paper (owner, kind, title, sha256, media_type, bytes, valid_from, source, state, scanned_by, withheld)
      SELECT 1, '${kind}', '${title}', sha256, 'application/pdf', 2048, '2026-10-26', '${source}', 'CLEAN', ${numbers.intake}, '${source}' = 'RESULT' FROM f`);
  one(`INSERT INTO dossier_part (dossier, no, applicant, name, source, paper) SELECT id, 2, applicant, 'Giấy đề nghị', 'PAPER_SCAN', ${paper('Giấy đề nghị đăng ký thay đổi')} FROM dossier WHERE code = '${code}'`);
  one(`INSERT INTO result_file (dossier, no, applicant, paper) SELECT id, 1, applicant, ${paper('Giấy chứng nhận đăng ký hộ kinh doanh')} FROM dossier WHERE code = '${code}'`);
  at('27 10:00');
  await go('signer', 'completeDossier', code, { outcome: 'GRANTED' }, 'COMPLETED');
}

// What the head was told in the morning.
const tellHead = () => one(`WITH made AS (INSERT INTO digest (kind, officer, agency, day, at, open, due_soon, late)
      SELECT 'HEAD_MORNING', id, agency, '2026-10-22', '${october('22 07:30')}', 5, 2, 1 FROM officer WHERE id = ${numbers.head} RETURNING id)
    INSERT INTO digest_load (digest, no, processor, open, paused, late, due_in_one_day, due_in_three_days)
    SELECT id, no, officer, open, paused, late, 1, 2 FROM made, (VALUES (1, ${numbers.processor}, 4, 1, 1), (2, NULL, 1, 0, 0)) AS l(no, officer, open, paused, late)`);

// Written while an older version of the procedure was in force, and gone on with since.
async function carryDraft() {
  const draft = one(`WITH made AS (INSERT INTO draft (owner, applicant, form, case_code, seq, expires_at)
      SELECT 1, 1, f.id, 'HOUSE', 1, now() + interval '9 days' FROM procedure_form f JOIN procedure_version v ON v.id = f.procedure_version JOIN procedure p ON p.id = v.procedure
       WHERE p.code = '1.013225' AND v.no = 1 RETURNING id, public_id),
    written AS (INSERT INTO draft_field (draft, owner, name, value, seq) SELECT m.id, 1, f.name, f.value, 1 FROM made m, (VALUES ('site', '"Đường Phú Lợi"'::jsonb), ('landUse', '"Đất ở"')) AS f(name, value))
    SELECT public_id FROM made`);
  await client.data('mutation($input: SaveDraftInput!) { saveDraft(input: $input) { __typename } }',
    { token: tokens.citizen, variables: { input: { idempotencyKey: 'stories-draft', draft, set: [{ name: 'storeys', value: '3' }] } } });
}

// In this order: a code holds its day's number.
export async function tell() {
  await open('stories');
  one(prepare);
  await askForPapers('05');
  await bringPapers(await askForPapers('06'));
  await askAgency('14');
  await answerTask(await askAgency('14'));
  await demandFee(business, '19', { amountDong: 100_000, what: 'Lệ phí đăng ký hộ kinh doanh',
    account: { bank: 'Kho bạc Nhà nước khu vực II', number: '3511.0.1234567', holder: 'UBND phường Thủ Dầu Một' } });
  await carryDraft();
  await pay(await demandFee(change, '19', { amountDong: 30_000, what: 'Phí cung cấp thông tin' }));
  at('21 08:15');
  await handIn(client, tokens.citizen, await prepared(extension));
  await acceptLate();
  await fileAtPortal();
  await finishWithFile();
  tellHead();
  one("UPDATE adapter SET is_on = true WHERE id = 'DVCQG'");
}
