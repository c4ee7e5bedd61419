// What is asked of each statement of resolvers/sql, by whom: a typical viewer's page, at its first and its deepest place.
// Values are SQL, worked out as superuser before; they name the rows of tests/bench/api/db: citizen 1 has some thirty
// dossiers, grants, delegations and seats, ORG is the first partner, OFFICE the first agency.

export const org = "(SELECT min(id) FROM partner)";
export const office = '(SELECT id FROM bench_agency WHERE no = 1)';
const scopes = 'dossiers.read dossiers.submit events.read webhooks.manage keys.manage';

// app.viewer of each, as resolvers/request.c writes it; the server and the worker have one of their own, or none.
export const viewers = {
  citizen: `concat_ws('|', 'CITIZEN', 1, '1,' || ${org} || ',' || ${org} + 1, '', '', 'vi', md5('session 1')::uuid, '', 'LIVE')`,
  partner: `concat_ws('|', 'PARTNER', ${org}, ${org}, '', '', 'vi', (SELECT id FROM session WHERE subject = ${org} AND environment = 'LIVE' LIMIT 1), '${scopes}', 'LIVE')`,
  team: `concat_ws('|', 'PARTNER', ${org}, ${org}, '', '', 'vi', (SELECT id FROM session WHERE subject = ${org} AND environment = 'TEAM' LIMIT 1), '${scopes}', 'TEAM')`,
  officer: `concat_ws('|', 'OFFICER', 12, '', ${office}, 'INTAKE,DISPATCHER,PROCESSOR,SIGNER,HEAD,COUNTER,PROCEDURE_CONTROL,ADMINISTRATOR,ARCHIVIST', 'vi', md5('officer 12')::uuid, '', 'LIVE')`,
  portal: `concat_ws('|', 'PARTNER', ${org}, ${org}, '', '', 'vi', (SELECT id FROM session WHERE subject = ${org} AND environment = 'LIVE' LIMIT 1), 'portal.exchange', 'LIVE')`,
  server: "'SERVICE'",
  operator: "'SERVICE'",
  worker: "''",
  erased: "concat_ws('|', 'CITIZEN', (SELECT min(subject) FROM erasure), (SELECT min(subject) FROM erasure), '', '', 'vi', md5('erased')::uuid, '', 'LIVE')",
};

export const array = (what, from, order, limit = 20) => `(SELECT array_agg(x) FROM (SELECT ${what} AS x FROM ${from} ORDER BY ${order} LIMIT ${limit}) AS t)`;
export const mine = 'dossier WHERE applicant = 1';
const shown = 'dossier d JOIN dossier_grant g ON g.dossier = d.id WHERE g.grantee = 1';
const submitted = `dossier WHERE submitter = ${org}`;
const received = `dossier WHERE received_agency = ${office}`;
const ids = (from, limit) => array(from === shown ? 'd.id' : 'id', from, '1 DESC', limit);
const codes = (from, limit) => array('code', from, 'id DESC', limit);
export const one = (what, from, order = '1') => `(SELECT ${what} FROM ${from} ORDER BY ${order} LIMIT 1)`;
const states = '(SELECT array_agg(id) FROM dossier_state)';
const waiting = "'{SUBMITTED}'";
export const far = '9223372036854775807';
const page = '21';
const first = ["'infinity'", far, "'-infinity'", '0', page];
const middle = (from) => [`(SELECT submitted_at FROM ${from} ORDER BY submitted_at DESC, id DESC OFFSET (SELECT count(*) / 2 FROM ${from}) LIMIT 1)`, far, "'-infinity'", '0', page];
const list = (who, from) => [[who, states, ...first], [who, states, ...middle(from)], [who, waiting, ...first]];
// A page of one shows that a list goes by its index: this citizen has more than the twenty rows that one may read.
const shortest = (who) => [who, states, "'infinity'", far, "'-infinity'", '0', '1'];
const persons = "'{1}'";
const offices = `ARRAY[${office}]`;
const lastNumbers = '(SELECT last - 100000 FROM feed)';

export const as = (viewer, ...questions) => questions.map((values) => ({ viewer, values }));
const today = "(current_date - date '1970-01-01')";
const versions = array('version', 'bench_procedure', 'no');
export const withRows = (from, table) => ids(`${from} AND id IN (SELECT dossier FROM ${table})`);
const inStates = (from, states) => ids(`${from} AND state IN (${states})`);
const workBegin = ["'-infinity'", '0', page];
const workMiddle = (from) => [`(SELECT due_at FROM ${from} ORDER BY due_at OFFSET (SELECT count(*) / 2 FROM ${from}) LIMIT 1)`, '0', page];
const looks = [...as('citizen', [ids(mine)]), ...as('partner', [ids(submitted)]), ...as('officer', [ids(received)])];
const toDo = "'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'COMPLETED'";
// What stands on the dossiers of that table, of those that have some.
const standing = (table, ...rest) => [...as('citizen', [withRows(mine, table), ...rest]), ...as('partner', [withRows(submitted, table), ...rest]), ...as('officer', [withRows(received, table), ...rest])];
const requests = (condition) => [...as('citizen', [array('id', `supplement_request WHERE applicant = 1 AND ${condition}`, '1')]),
  ...as('officer', [array('id', `supplement_request WHERE ${condition} AND dossier IN (SELECT id FROM ${received})`, '1')])];

// By statement: [{ viewer, values }].
export const questions = {
  access_classes_of_dossiers: looks,
  accesses: as('citizen', [ids(mine), "'infinity'", far, page]),
  agencies_of_events: [...as('citizen', [array('id::text', 'dossier_event WHERE applicant = 1', '1')]), ...as('officer', [array('id::text', `dossier_event WHERE dossier IN (SELECT id FROM ${received})`, '1')])],
  applicants_of_dossiers: [...as('citizen', [ids(mine)], [ids(shown)]), ...as('partner', [ids(submitted)])],
  assignment_rules_by_id: as('officer', [array('id', `assignment_rule WHERE agency = ${office}`, '1')]),
  assignment_rules_of_viewer: as('officer', []),
  bulk_items_of_jobs: as('partner', [`ARRAY[(SELECT max(id) FROM bulk_job WHERE partner = ${org})]`, '0', page], [`ARRAY[(SELECT max(id) FROM bulk_job WHERE partner = ${org})]`, '400', page]),
  bulk_job_progress: as('partner', [one('public_id', `bulk_job WHERE partner = ${org}`), '0']),
  bulk_jobs_by_id: as('partner', [array('id', `bulk_job WHERE partner = ${org}`, '1')]),
  bulk_jobs_of_viewer: [...as('partner', []), ...as('citizen', [])],
  bulk_result: as('partner', [one('public_id', `bulk_job WHERE partner = ${org}`)]),
  cases_of_versions: as('citizen', [versions]),
  counts_of_agencies: as('officer', [offices]),
  counts_of_subjects: as('citizen', [persons]),
  days_off_of_dossiers: as('citizen', [ids(`${mine} AND EXISTS (SELECT FROM calendar_day c WHERE c.kind <> 'MAKEUP' AND extract(isodow FROM c.day) < 6 AND c.day > received_at::date + 1 AND c.day < due_at::date)`), '30']),
  deadlines_of_dossiers: looks,
  declared_fields_of_dossiers: [...as('citizen', [withRows(mine, 'dossier_form')]), ...as('officer', [withRows(received, 'dossier_form')])],
  delegations_by_no: as('citizen', [array('no', 'delegation WHERE delegator = 1', '1')]),
  delegations_given: as('citizen', [persons, far, page]),
  delegations_received: [...as('citizen', ['1', far, page]), ...as('partner', [org, far, page])],
  devices_by_id: as('citizen', [array('id', 'device WHERE owner_subject = 1', '1')]),
  dossiers_by_external_no: [...as('citizen', [one('external_no', `${mine} AND external_no IS NOT NULL`), 'NULL', '20']), ...as('partner', [one('external_no', `${submitted} AND external_no IS NOT NULL`), 'NULL', '20']),
    ...as('officer', [one('external_no', `${received} AND external_no IS NOT NULL`), 'NULL', '20'])],
  external_nos_of_dossiers: [...as('citizen', [ids(`${mine} AND external_no IS NOT NULL`)]), ...as('partner', [ids(`${submitted} AND external_no IS NOT NULL`)]), ...as('officer', [ids(`${received} AND external_no IS NOT NULL`)])],
  dossier_by_code: [...as('citizen', [one('code', mine)], [one('d.code', shown)]), ...as('partner', [one('code', submitted)]), ...as('officer', [one('code', received)])],
  dossier_events_by_seq: [...as('citizen', [ids(mine), "array_fill(1, ARRAY[20])"]), ...as('partner', [ids(submitted), "array_fill(1, ARRAY[20])"]), ...as('officer', [ids(received), "array_fill(1, ARRAY[20])"])],
  dossiers_by_code: [...as('citizen', [codes(mine)]), ...as('partner', [codes(submitted, 100)]), ...as('officer', [codes(received, 100)])],
  dossiers_by_id: [...as('citizen', [ids(mine)], [ids(shown)]), ...as('partner', [ids(submitted)])],
  dossiers_by_id_for_office: as('officer', [ids(received)]),
  dossiers_of_agencies_backward: as('officer', ...list(offices, received)),
  dossiers_of_agencies_forward: as('officer', ...list(offices, received)),
  dossiers_of_subject_backward: as('citizen', ...list('1', mine), shortest('1')),
  dossiers_of_subject_forward: as('citizen', ...list('1', mine), shortest('1')),
  dossiers_of_subjects_backward: as('citizen', ...list(persons, mine), shortest(persons)),
  dossiers_of_subjects_forward: as('citizen', ...list(persons, mine), shortest(persons)),
  dossiers_shared_backward: as('citizen', ['1', states, far, '0', page]),
  dossiers_shared_forward: [...as('citizen', ['1', states, far, '0', page]), ...as('partner', [org, states, far, '0', page])],
  dossiers_submitted_backward: as('partner', ...list(org, submitted)),
  dossiers_submitted_forward: as('partner', ...list(org, submitted)),
  draft_fields_of_drafts: as('citizen', [array('id', 'draft WHERE owner = 1', '1')]),
  draft_parts_of_drafts: [...as('citizen', [array('id', 'draft WHERE owner = 1', '1')]), ...as('partner', [array('id', `draft WHERE owner = ${org}`, '1')])],
  drafts_by_id: as('citizen', [array('id', 'draft WHERE owner = 1', '1')]),
  drafts_of_viewer: as('citizen', []),
  erased: as('erased', []),
  exports_by_no: as('citizen', [array('no', 'export_file WHERE subject = 1', '1')]),
  exports_of_viewer: as('citizen', []),
  extensions_of_dossiers: standing('dossier_extension', '20'),
  fee_demands_by_id: [...as('citizen', [array('id', 'fee_demand WHERE applicant = 1', '1')]), ...as('officer', [array('id', `fee_demand WHERE dossier IN (SELECT id FROM ${received})`, '1')])],
  channel_changes_of_dossiers: standing('channel_change', '20'),
  channels_of_dossiers: looks,
  cases_of_dossiers: looks,
  digests_of_viewer: as('officer', ['12', '5']),
  on_time_of_agencies: as('citizen', [offices, '12']),
  loads_of_digests: as('officer', [array('id', 'digest WHERE officer = 12', 'day DESC', 5)]),
  look_up_dossier: as('citizen', [one('d.code', 'tracking_code t JOIN dossier d ON d.id = t.dossier WHERE d.applicant = 1', 't.dossier'), one('t.digest', 'tracking_code t WHERE t.applicant = 1', 't.dossier')]),
  fee_demands_of_dossiers: standing('fee_demand', '20'),
  adapters: as('officer', []),
  failed_syncs: as('officer', [offices, '100']),
  quarantine_of_viewer: as('officer', [offices, '0', '21']),
  quarantined_by_id: as('officer', [array('id', "portal_message WHERE state = 'QUARANTINED'", '1')]),
  portal_papers_of_dossiers: [...as('citizen', [ids(`${mine} AND id IN (SELECT dossier FROM portal_paper)`), '200']), ...as('officer', [withRows(received, 'portal_paper'), '200'])],
  syncs_of_dossiers: as('officer', [withRows(received, 'dossier_sync')]),
  feed_end: as('citizen', []),
  feed_of_agencies: as('officer', [offices, '0', '51', '50'], [offices, lastNumbers, '51', '50']),
  feed_of_dossier: [...as('citizen', [one('code', mine), '0', '51', '50']), ...as('partner', [one('code', submitted), '0', '51', '50']), ...as('officer', [one('code', received), '0', '51', '50'])],
  feed_of_subjects: [...as('citizen', [persons, '0', '51', '1', '50']), ...as('partner', [`ARRAY[${org}]`, '0', '51', org, '50'], [`ARRAY[${org}]`, lastNumbers, '51', org, '50'])],
  fees_of_versions: as('citizen', [versions, "'GENERAL'", "'ONLINE'", "'H09.01'", today]),
  forms_of_dossiers: [...as('citizen', [withRows(mine, 'dossier_form')]), ...as('officer', [withRows(received, 'dossier_form')])],
  grants_by_no: as('citizen', [array('no', 'dossier_grant WHERE grantee = 1', '1')]),
  grants_given: as('citizen', [persons, far, page]),
  grants_of_dossiers: [...as('citizen', [array('dossier', 'dossier_grant WHERE applicant = 1', '1'), '11']), ...as('officer', [array('dossier', `dossier_grant WHERE kind = 'DELEGATION' AND dossier IN (SELECT id FROM dossier WHERE received_agency = ${office})`, '1'), '11'])],
  grants_received: [...as('citizen', ['1', far, page]), ...as('partner', [org, far, page])],
  guidance_of_procedures: as('citizen', [array('id', 'bench_procedure', 'no'), 'true', today]),
  guests_by_no: as('team', [array('no', `partner_guest WHERE partner = ${org}`, '1')]),
  guests_of_viewer: [...as('partner', []), ...as('citizen', [])],
  hours_of_points: as('citizen', [array('id', 'service_point', 'id')]),
  holders_of_dossiers: [...as('citizen', [ids(mine), '20']), ...as('partner', [ids(submitted), '20']), ...as('officer', [ids(received), '20'])],
  issued_forms_of_dossiers: standing('issued_form', '20'),
  kept: as('erased', []),
  loads_of_agencies: as('officer', [offices]),
  nearest_points: as('citizen', [one('version', 'bench_procedure', 'no'), "'25747'", 'NULL', 'NULL', 'NULL', '20'], [one('version', 'bench_procedure', 'no'), 'NULL', 'NULL', '10980000', '106650000', '20']),
  next_actions_of_dossiers: [...as('citizen', [inStates(mine, toDo)]), ...as('partner', [inStates(submitted, toDo)]), ...as('officer', [inStates(received, toDo)])],
  node: [...as('citizen', [one('public_id', mine)], [one('id', 'dossier_event WHERE applicant = 1', '1')], [one('public_id', 'device WHERE owner_subject = 1')]), ...as('officer', [one('public_id', received)])],
  node_of_partner: as('partner', [one('public_id', submitted)], [one('id', `dossier_event WHERE submitter = ${org}`)]),
  officers_by_id: as('officer', ["'{12,13,14}'"]),
  papers_by_id: [...as('citizen', [array('id', 'stored_paper WHERE owner = 1', '1 DESC')]), ...as('officer', [array('paper', `dossier_part WHERE dossier IN (SELECT id FROM ${received})`, '1')])],
  papers_for_parts: as('citizen', [array('id', 'procedure_part', '1', 60), persons, '5']),
  papers_for_items: as('citizen', [array('id', 'supplement_item WHERE applicant = 1', '1'), persons, '5']),
  papers_of_viewer: as('citizen', [persons, far, page]),
  announced_parts_of_dossiers: [...as('citizen', [withRows(mine, 'announced_part')]), ...as('officer', [withRows(received, 'announced_part')])],
  parts_of_dossiers: [...as('citizen', [withRows(mine, 'dossier_part')]), ...as('officer', [withRows(received, 'dossier_part')])],
  parts_for_viewer: as('citizen', [versions, 'NULL', persons], [versions, "'GENERAL'", persons]),
  parts_of_versions: as('citizen', [versions, 'NULL'], [versions, "'GENERAL'"]),
  partner_keys_by_no: as('partner', [array('no', `partner_key WHERE partner = ${org}`, '1')]),
  partner_keys_of_viewer: [...as('partner', []), ...as('citizen', [])],
  pauses_of_dossiers: standing('dossier_pause', '20'),
  places_of_dossiers: [...as('citizen', [withRows(mine, 'dossier_place')]), ...as('officer', [withRows(received, 'dossier_place')])],
  prefill_of_procedures: as('citizen', [versions, "''", 'NULL']),
  proposals_by_no: as('officer', [array('no', `procedure_proposal WHERE agency = ${office}`, '1')]),
  proposals_of_viewer: as('officer', []),
  result_files_of_dossiers: [...as('citizen', [withRows(mine, 'result_file')]), ...as('officer', [withRows(received, 'result_file')])],
  role_grants_by_no: as('officer', [array('no', 'staff_grant WHERE officer = 12', '1')]),
  role_grants_of_officers: as('officer', ["'{12,13,14}'"]),
  role_grants_of_viewer: as('officer', []),
  search_procedures: as('citizen', ["'khai sinh'", 'NULL', 'false', '0', page], ["'dang ky kai sinh'", 'NULL', 'false', '0', page], ["'1.0048'", 'NULL', 'false', '0', page]),
  search_units: as('citizen', ["'long hoa'", 'false', page], ["'25792'", 'false', page]),
  seats_by_no: as('citizen', [array('no', 'seat WHERE person = 1', '1')]),
  seats_of_organisations: as('citizen', [`ARRAY[${org}, ${org} + 1]`, '101']),
  seats_of_viewer: as('citizen', ['1']),
  sessions_of_viewer: [...as('citizen', []), ...as('partner', [])],
  signature_parts_of_requests: as('officer', [array('id', `signature_request WHERE agency = ${office} AND event = 'askSupplement'`, '1')]),
  signature_requests_by_id: as('officer', [array('id', `signature_request WHERE agency = ${office}`, '1')]),
  signature_requests_of_dossiers: as('officer', [array('dossier', `signature_request WHERE agency = ${office} AND closed_at IS NULL`, '1')]),
  signature_requests_of_officer: as('officer', [offices, ...workBegin], [offices, one('proposed_at', `signature_request WHERE agency = ${office} AND state = 'PROPOSED'`, 'proposed_at DESC OFFSET 5'), '0', page]),
  staff_backward: as('officer', ['0', far, page]),
  staff_forward: as('officer', ['0', far, page]),
  subjects_by_id: [...as('citizen', ["'{1}'"], [array('delegate', 'delegation WHERE delegator = 1', '1')]), ...as('officer', [array('applicant', received, 'id DESC')])],
  substitutions_by_no: as('officer', [array('no', 'staff_substitution WHERE absent = 12', '1')]),
  substitutions_of_officers: as('officer', ["'{12,13,14}'"]),
  supplement_items_missing: requests('resolved_at IS NULL'),
  supplement_items_of_requests: requests('true'),
  supplements_of_dossiers: standing('supplement_request', '20'),
  tasks_of_dossiers: standing('inter_agency_task', '20').filter(({ viewer }) => viewer !== 'officer'),
  tasks_of_dossiers_for_office: as('officer', [withRows(received, 'inter_agency_task'), '20'], [array('dossier', `inter_agency_task WHERE agency = ${office} AND state = 'SENT'`, '1'), '20']),
  timelines_backward: [...as('citizen', [ids(shown), '0', '2147483647', '6']), ...as('partner', [ids(submitted), '0', '2147483647', '6']), ...as('officer', [ids(received), '0', '2147483647', '6'])],
  timelines_forward: [...as('citizen', [ids(shown), '0', '2147483647', '6']), ...as('partner', [ids(submitted), '0', '2147483647', '6']), ...as('officer', [ids(received), '0', '2147483647', '6'])],
  ...Object.fromEntries(['', 'brief_'].flatMap((kind) => ['backward', 'forward'].map((way) =>
    [`timelines_of_subjects_${kind}${way}`, as('citizen', [ids(mine), '0', '2147483647', '6'])]))),
  webhook_endpoints_by_no: as('partner', [array('no', `webhook_endpoint WHERE partner = ${org}`, '1')]),
  webhook_endpoints_of_viewer: [...as('partner', []), ...as('citizen', [])],
  digitisation_of_agencies: [...as('citizen', [offices], ["(SELECT array_agg(id) FROM bench_agency WHERE no <= 20)"]), ...as('officer', [offices])],
  digitisation_of_province: as('citizen', []),
  paper_reuse_of_agencies: as('citizen', [offices]),
  problems_of_result_imports: as('officer', [array('id', `result_import WHERE agency = ${office}`, '1'), '1200']),
  result_imports_by_id: as('officer', [array('id', `result_import WHERE agency = ${office}`, '1')]),
  results_by_id: as('officer', [array('id', `procedure_result WHERE agency = ${office}`, '1')]),
  results_of_agencies: as('officer', [offices, "'PROPOSED'", '0', page], [offices, "'INVENTORIED'", '0', page], [offices, "'DIGITISED'", `(SELECT min(id) FROM procedure_result WHERE agency = ${office} AND state = 'DIGITISED')`, page]),
  results_of_papers: [...as('citizen', [array('id', 'stored_paper WHERE owner = 1', '1 DESC')]), ...as('officer', [array('paper', `procedure_result WHERE agency = ${office} AND paper IS NOT NULL`, '1')])],
  worklist_of_agencies: as('officer', [offices, ...workBegin], [offices, ...workMiddle(`${received} AND state = 'PROCESSING'`)]),
  worklist_of_results: as('officer', [offices, ...workBegin], [offices, `(SELECT finished_at FROM ${received} AND state = 'COMPLETED' ORDER BY finished_at OFFSET 5 LIMIT 1)`, '0', page]),
  worklist_of_officer: as('officer', ['12', ...workBegin], ['12', ...workMiddle("dossier WHERE processor = 12 AND state = 'PROCESSING'")]),
};

const publicId = (id) => `(SELECT public_id FROM subject WHERE id = ${id})`;
const until = "'2099-01-01'";
const purpose = "'Nộp hồ sơ thay'";
const taxCode = `(SELECT tax_code FROM organisation WHERE id = ${org})`;
const endpoint = one('id', `webhook_endpoint WHERE partner = ${org}`);
const colleague = (id) => `(SELECT public_id FROM officer WHERE id = ${id})`;
const draft = one('public_id', 'draft WHERE owner = 1');
const filed = `jsonb_build_object('consent', true, 'parts', jsonb_build_array('{"part": "PART_1", "onPaper": true}'::jsonb, jsonb_build_object('part', 'PART_2', 'paper', ${one('public_id', 'stored_paper WHERE owner = 1')})))`;
const proposal = one('id', `procedure_proposal WHERE agency = ${office} AND state = 'PROPOSED'`);

const scanned = one('id', "upload WHERE officer = 12 AND state = 'CLEAN'");

// Of each statement that changes something: a change that is made, or the answer to one that may not be.
export const changes = {
  accept_at_counter: as('officer', ["'1.004800'", "'H09.01'", `${publicId(500)}::text`, 'NULL', `'{"digitised": true, "case": "GENERAL"}'`, 'NULL', 'NULL', "sha256('x')"]),
  attach_result: as('officer', [one('code', `${received} AND state = 'PROCESSING'`), `jsonb_build_object('upload', ${scanned}, 'kind', 'CCCD', 'title', 'Kết quả')`]),
  add_guest: as('partner', ['NULL', publicId(500)]),
  add_officer: as('officer', ["'0195d3a0-0000-7000-8000-000000000001'", "'Nguyễn Văn Mới'", "decode(repeat('01', 60), 'hex')", "sha256('a number')"]),
  add_partner_key: as('partner', ['NULL', `'{"kid": "new"}'`, "'TEST'", "'{dossiers.read}'", 'NULL']),
  add_webhook_endpoint: as('partner', ['NULL', "'LIVE'", "'https://partner.invalid/new'", "'{}'", 'NULL', "'0195d3a0-0000-7000-8000-000000000002'", "sha256('secret')"]),
  apply_dossier_event: as('officer', [one('code', `${received} AND state = 'SUBMITTED'`), "'accept'", 'NULL', `'{"digitised": true}'`]),
  record_refund: as('officer', [one('code', received), "'00000000-0000-7000-8000-000000000001'", '1000', "'HT 1'"]),
  classify_dossier: as('officer', [one('code', received), "'RESTRICTED'", "'Có dữ liệu nhạy cảm'"]),
  delegate: as('citizen', ['NULL', publicId(500), 'NULL', purpose, until]),
  draft_document: as('citizen', [draft]),
  end_other_sessions: as('citizen', []),
  end_session: as('citizen', ['NULL']),
  end_substitution: as('officer', [one('id', `staff_substitution WHERE agency = ${office}`)]),
  give_seat: as('citizen', [taxCode, publicId(500), "'MEMBER'", 'NULL']),
  grant_role: as('officer', [colleague(13), "'FIELD'", 'NULL', 'NULL']),
  idempotency_claim: as('citizen', ["'a new key'", "'{}'"], ["'key 1'", "'{}'"]),
  idempotency_store: as('citizen', ["'a waiting key'", "'DossierChanged'", "'{1}'", '1', 'NULL']),
  keep_paper: as('citizen', [one('id', "upload WHERE creator = 1 AND state = 'CLEAN'"), "'CCCD'", "'Căn cước công dân'", 'NULL', 'NULL']),
  make_tracking_code: as('citizen', [one('code', mine), "sha256('new')"]),
  attach_result_scan: as('officer', [one('public_id', `procedure_result WHERE agency = ${office} AND state = 'INVENTORIED'`), "gen_random_uuid()"]),
  check_result: as('officer', [one('public_id', `procedure_result WHERE agency = ${office} AND state = 'PROPOSED'`), 'true', 'NULL', 'NULL', 'NULL']),
  import_results: as('officer', [`'[{"number": "A-1", "issuedOn": 19000, "title": "Giấy phép", "taxCode": "0100109106"}, {"number": "A-2", "issuedOn": 19000, "title": "Giấy phép", "holderIndex": "${'ab'.repeat(32)}"}]'`]),
  remove_result: as('officer', [one('public_id', `procedure_result WHERE agency = ${office} AND state = 'INVENTORIED'`)]),
  propose_procedure_end: as('officer', [`jsonb_build_object('procedure', (SELECT code FROM public.procedure WHERE id = 5), 'endsOn', 60000)`]),
  propose_procedure_version: as('officer', [`jsonb_build_object('procedure', (SELECT code FROM public.procedure WHERE id = 5), 'validFrom', 60000, 'name', 'Tên mới', 'onlineLevel', 'FULL', 'homeEligible', true, 'boundaryFree', true)`]),
  propose_signature: as('officer', [one('code', `dossier d WHERE competent_agency = ${office} AND state = 'PROCESSING' AND NOT EXISTS (SELECT FROM signature_request r WHERE r.dossier = d.id AND r.closed_at IS NULL)`), "'stop'", 'NULL', `'{"reason": "Có tranh chấp"}'`]),
  return_request: as('officer', [one('public_id', `signature_request WHERE agency = ${office} AND state = 'PROPOSED'`), 'NULL', "'Chưa rõ'"]),
  sign_request: as('officer', [one('public_id', `signature_request WHERE agency = ${office} AND state = 'PROPOSED'`), 'NULL']),
  publish_procedure_version: as('officer', [proposal, `'{"decisionNumber": "2/QĐ-UBND", "decidedOn": 20000, "decidedBy": "Ủy ban nhân dân tỉnh"}'`]),
  redrive_sync: as('officer', [one('d.code', `dossier_sync s JOIN dossier d ON d.id = s.dossier WHERE s.state = 'FAILED' AND s.agency = ${office}`), "'DVCQG'"]),
  dismiss_portal_message: as('officer', [one('public_id', "portal_message WHERE state = 'QUARANTINED'"), "'Đã giải quyết'"]),
  retry_portal_message: as('officer', [one('public_id', "portal_message WHERE state = 'QUARANTINED'")]),
  register_device: as('citizen', ["'FCM'", "'address of a new device'", 'NULL', 'NULL', 'NULL']),
  remove_device: as('citizen', [one('public_id', 'device WHERE owner_subject = 1')]),
  remove_draft: as('citizen', [draft]),
  remove_guest: as('partner', ['NULL', publicId(one('guest', `partner_guest WHERE partner = ${org}`))]),
  remove_paper: as('citizen', [one('public_id', 'stored_paper WHERE owner = 1')]),
  remove_scan: as('officer', [one('code', `${received} AND state = 'PROCESSING'`), one('p.public_id', `stored_paper p JOIN result_file f ON f.paper = p.id JOIN ${received.replace('WHERE', 'd ON d.id = f.dossier WHERE')}`)]),
  remove_webhook_endpoint: as('partner', [endpoint]),
  request_erasure: as('citizen', []).map((question) => ({ ...question, work: 31,
    given: "INSERT INTO seat (person, organisation, since, role) SELECT 500, organisation, '2025-01-01', 'ADMINISTRATOR' FROM seat WHERE person = 1;" })),
  request_export: as('citizen', []),
  revoke_partner_key: as('partner', [one('id', `partner_key WHERE partner = ${org} AND environment = 'LIVE'`)]),
  rotate_webhook_secret: as('partner', [endpoint, "'0195d3a0-0000-7000-8000-000000000003'", "sha256('secret')"]),
  sandbox_advance: as('partner', [one('code', submitted), "'accept'", 'NULL', "'{}'"]),
  save_draft: as('citizen', [`'{"procedure": "1.004800", "agency": "H09.01", "set": [{"name": "note", "value": "1"}]}'`]),
  scan_part: as('officer', [one('code', `${received} AND state = 'SUBMITTED'`), `jsonb_build_object('upload', ${scanned}, 'part', 'Căn cước', 'kind', 'CCCD')`]),
  set_assignment_rule: as('officer', ["'1.004800'", "'OFFICER'", colleague(13)]),
  share_dossier: as('citizen', [one('code', mine), publicId(org), "'{STATUS}'", purpose, until]),
  submit_bulk: as('partner', [`'[{"reference": "1", "procedure": "1.004800", "agency": "H09.01", "channel": "ONLINE", "consent": true}]'`]),
  submit_dossier: as('citizen', ["'1.004800'", "'H09.01'", 'NULL', "'ONLINE'", 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'], ["'1.004800'", "'H09.01'", 'NULL', "'POST'", "'25747'", 'NULL', "'H29.1'", "'GENERAL'", filed]),
  submit_draft: as('citizen', [draft, 'NULL', 'NULL', 'NULL', 'NULL', filed]),
  substitute_officer: as('officer', [colleague(22), colleague(23), 'NULL', until, 'false']),
  undelegate: as('citizen', [one('id', 'delegation WHERE delegator = 1')]),
  unshare_dossier: as('citizen', [one('id', 'dossier_grant WHERE applicant = 1')]),
  update_webhook_endpoint: as('partner', [endpoint, 'NULL', 'NULL', "'DISABLED'", 'NULL']),
  withdraw_proposal: as('officer', [proposal]),
  withdraw_role: as('officer', [one('id', 'staff_grant WHERE officer = 13')]),
  withdraw_seat: as('citizen', [one('id', `seat WHERE organisation = ${org} AND role = 'MEMBER'`)]),
};

// What still reads more rows, none from end to end, and why: by statement or by its question's number: taken out of here by who mends it.
export const exceptions = {
  loads_of_agencies: 'counts the open dossiers of an agency, which are its work and not its history; the benchmark leaves five in seven open',
  adapters: 'counts what waits for a system that is away, of each kind to 10,000 at most',
  'search_procedures 2': 'ranks all names that hold its words: as many as the catalogue has, whatever history there is',
};

// Statement: why it is not asked.
const inMemory = "fills the server's memory when it begins, from tables that do not grow with history";
export const ofReference = {
  ...Object.fromEntries(['agencies', 'catalogue', 'clients', 'form_fields', 'forms', 'procedures', 'states', 'unit_successors', 'units'].map((what) => [`reference_${what}`, inMemory])),
  staff_roles: 'reads the roles that there are',
  sandbox_people: 'reads the people of the sandbox, five for each partner',
};
