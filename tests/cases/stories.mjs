// Dossiers that a case tells of as they stand in the middle of things: brought there by their real actors over the API, in October
// 2026 whenever it is told. What dates a change, and what a term must lie ahead of, take the story's hour for the present.
import { announce, client, go, itemsOf, look, one, open, otherAgency, tokens } from '../e2e/office.mjs';
import { handIn } from '../e2e/support.mjs';

const dated = ['is_ahead', 'term_least_facts', 'submit_dossier', 'dossier_event_append'];
const business = { procedure: '1.001612', agency: 'H29.101' }; // a household business: three working days, 100,000 đ
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

async function inHand(what, day) {
  at(`${day} 08:15`);
  const { code } = await handIn(client, tokens.citizen, what);
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
  const { code } = await handIn(client, tokens.citizen, change);
  at('12 09:30');
  await go('intake', 'acceptDossier', code, { digitised: true }, 'ACCEPTED');
}

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
  await acceptLate();
}
