// What is asked of each statement of server/sql: by the server itself as app_service, by an operator's command, or as the viewer
// whose request it is. Written as in questions.mjs; given is what stands there before, and all is rolled back.
import { as, office, one, org } from './questions.mjs';

const given = (sql, questions) => questions.map((question) => ({ ...question, given: sql }));
const working = (work, questions) => questions.map((question) => ({ ...question, work }));
const hash = (text) => `sha256('${text}')`;
const sealed = "decode(repeat('01', 60), 'hex')";
const session = "md5('session 1')::uuid";
const publicId = (id) => `(SELECT public_id FROM subject WHERE id = ${id})`;
const taxCode = `(SELECT tax_code FROM organisation WHERE id = ${org})`;
const key = (environment) => `(SELECT id FROM partner_key WHERE partner = ${org} AND environment = '${environment}')`;
const keySession = (environment) => `(SELECT id FROM session WHERE subject = ${org} AND environment = '${environment}' AND ended_at IS NULL LIMIT 1)`;
const identity = (people, issuer, person, number) => [`jsonb_build_object('people', '${people}', 'issuer', '${issuer}', 'subject', '${person}', 'publicId', gen_random_uuid(),
  'name', 'Nguyễn Văn Mới', 'bornOn', '1990-01-01', 'secondFactor', true, 'device', 'điện thoại', 'lifeSeconds', 3600)`, hash('code'), sealed, hash(number)];
const cells = (table, from) => [`'${table}'`, "'\\x010000'", from, '20'];
const sealedCell = (table, row) => [`'${table}'`, `ARRAY[${row}]`, `ARRAY[repeat('02', 60)]`, `ARRAY[repeat('03', 60)]`];
const ownUpload = "INSERT INTO upload (id, creator, length, received, media_type, expires_at) VALUES (md5('mine')::uuid, 1, 100, 10, 'application/pdf', '2099-12-31');";
const filing = (kind, body, from) => ["'" + kind + "'", `jsonb_build_object('code', (SELECT code FROM dossier WHERE ${from})) || '${body}'`, hash(kind), 'gen_random_uuid()', sealed, "(SELECT personal_no_index FROM person WHERE id = 1)"];
const line = (member) => [`ARRAY['{"code": "9.100001", "field": "civil_status", "level": "COMMUNE", "decisionNumber": "3/QĐ", "decidedOn": "2026-01-01", "decidedBy": "Bộ Tư pháp", "validFrom": "2026-01-01", "name": "Thủ tục mới", "onlineLevel": "FULL", "homeEligible": true, "boundaryFree": true${member}}']`, "'{\"\"}'"];

// By statement: [{ viewer, given, values }].
export const questions = {
  adapter_state: as('server', []),
  archivist_viewer: as('operator', ['(SELECT public_id::text FROM officer WHERE id = 12)']),
  cells_to_reseal: as('operator', cells('person', '0'), cells('person', '(SELECT max(id) / 2 FROM person)'), cells('officer', '0'), cells('portal_message', '0'), cells('webhook_secret', '1000')),
  export_content: as('citizen', ["md5('ready 1')::uuid::text"]),
  officer_find: as('operator', [hash('officer 12')]),
  paper_file: as('citizen', [one('public_id', "stored_paper WHERE owner = 1 AND state = 'CLEAN'")]),
  paper_file_for_office: working(7, as('officer', [`(SELECT p.public_id FROM stored_paper p JOIN dossier_part t ON t.paper = p.id JOIN dossier d ON d.id = t.dossier WHERE d.received_agency = ${office} ORDER BY p.id LIMIT 1)`])),
  partner_key_find: as('server', [publicId(org), "'k1'"]),
  session_changes: as('server', ['(SELECT extract(epoch FROM now() - at)::int + 1 FROM session_change ORDER BY no DESC OFFSET 5 LIMIT 1)']),
  session_viewer: [...as('server', [session], [keySession('LIVE')], ["md5('officer 12')::uuid"]),
    ...working(5, as('server', [keySession('TEST')]))],
  sign_in_find: as('server', [hash('code'), "'CITIZENS'", "'citizens'", "'person 7'", hash('person 7')], [hash('code'), "'OFFICERS'", "'officers'", "'officer 12'", hash('officer 12')]),
  upload_find: given(ownUpload, as('citizen', ["md5('mine')::uuid::text"])),
};

export const changes = {
  appoint_administrator: given(`UPDATE staff_grant SET withdrawn_at = now() WHERE agency = ${office} AND role = 'ADMINISTRATOR';`,
    as('operator', [`(SELECT code FROM agency WHERE id = ${office})`, 'gen_random_uuid()::text', "'Nguyễn Văn Mới'", sealed, hash('a number')])),
  attach_scan_file: as('officer', [`(SELECT public_id::text FROM procedure_result WHERE agency = ${office} AND state = 'INVENTORIED' ORDER BY 1 LIMIT 1)`, 'gen_random_uuid()::text']),
  catalogue_import_begin: as('operator', ["'danh-muc.jsonl'"]),
  catalogue_import_end: given("INSERT INTO catalogue_import (file) VALUES ('danh-muc.jsonl');", as('operator', ['(SELECT max(id) FROM catalogue_import)'])),
  catalogue_import_lines: given("INSERT INTO catalogue_import (file) VALUES ('danh-muc.jsonl');",
    as('operator', ['(SELECT max(id) FROM catalogue_import)', "'{1}'", ...line('')], ['(SELECT max(id) FROM catalogue_import)', "'{1}'", ...line(', "limitUnit": "YEAR"')])),
  cells_reseal: as('operator', sealedCell('person', '7'), sealedCell('officer', '12')),
  import_result_lines: as('officer', [`'[{"number": "A-1", "issuedOn": 19000, "title": "Giấy phép", "taxCode": "0100109106"}, {"number": "A-2", "issuedOn": 19000, "title": "Giấy phép", "holderIndex": "${'ab'.repeat(32)}"}]'`]),
  partner_session: as('server', [key('LIVE'), "'dossiers.read'"]),
  partner_set_kind: as('operator', [taxCode, "'PORTAL'"]),
  partner_set_state: as('operator', [taxCode, "'SUSPENDED'"]),
  portal_receive: given(`UPDATE partner SET kind = 'PORTAL' WHERE id = (SELECT min(id) FROM partner);
    UPDATE dossier SET state = 'PAYMENT_REQUIRED' WHERE id = (SELECT min(id) FROM dossier WHERE applicant = 1 AND state = 'PROCESSING');`, [
    ...as('portal', filing('DOSSIER', '{"procedure": "1.004800", "agency": "H09.01", "filedAt": "2026-11-20T08:30:00+07:00", "channel": "ONLINE", "name": "Lê Thị Cổng", "papers": []}', 'id = 1').map((value, at) => (at === 1 ? value.replace('(SELECT code FROM dossier WHERE id = 1)', "'H09.01-261120-900999'") : value))),
    ...as('portal', filing('SUPPLEMENT', '{"papers": [{"name": "Giấy tờ 1", "address": "https://cong.vn/tep/1"}]}', "applicant = 1 AND state = 'SUPPLEMENT_REQUIRED' LIMIT 1")),
    ...as('portal', filing('PAYMENT', '{"amountDong": 200000, "reference": "FT-new"}', "applicant = 1 AND state = 'PAYMENT_REQUIRED' LIMIT 1")),
    ...as('portal', filing('WITHDRAWAL', '{"note": "Xin rút"}', "applicant = 1 AND state = 'PROCESSING' LIMIT 1"))]),
  refresh_session: as('server', [session, '1'], [session, '0']),
  sandbox_sign_in: given(`SELECT sandbox_make(${org});`, as('server', [keySession('TEST'), one('code', "sandbox_face WHERE kind = 'PERSON'"), "'trình duyệt'", '3600'])),
  session_subject: as('operator', ["'citizen'", '600']),
  sign_in: as('server', identity('CITIZENS', 'citizens', 'person 7', 'person 7'), identity('CITIZENS', 'citizens', 'nobody', 'nobody'), identity('OFFICERS', 'officers', 'officer 12', 'officer 12')),
  step_up: as('server', [session, hash('person 1')]),
  upload_advance: given(ownUpload, as('citizen', ["md5('mine')::uuid::text", '10', '90'])),
  upload_create: as('citizen', ['100', "'application/pdf'"]),
  upload_end: given(ownUpload, as('citizen', ["md5('mine')::uuid::text"])),
};

// Named as in questions.mjs.
export const exceptions = {
  adapter_state: 'counts what waits for a system that is away, of each kind to 10,000 at most',
};

// Statement: why it is not asked.
export const ofReference = {
  ping: 'reads no table',
  ring_doorbell: 'reads no table',
  transition_diagram: "reads the machine's own transitions",
};
