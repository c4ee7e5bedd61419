// What is asked of each statement of resolvers/sql, by whom: a typical viewer's page, at its first and its deepest place.
// Values are SQL, worked out as superuser before; they name the rows of tests/bench/api/db: citizen 1 has some thirty
// dossiers, grants, delegations and seats, ORG is the first partner, OFFICE the first agency.

export const org = "(SELECT min(id) FROM partner)";
const office = '(SELECT id FROM bench_agency WHERE no = 1)';
const scopes = 'dossiers.read dossiers.submit events.read webhooks.manage keys.manage';

// app.viewer of each, as resolvers/request.c writes it.
export const viewers = {
  citizen: `concat_ws('|', 'CITIZEN', 1, '1,' || ${org} || ',' || ${org} + 1, '', '', 'vi', md5('session 1')::uuid, '', 'LIVE')`,
  partner: `concat_ws('|', 'PARTNER', ${org}, ${org}, '', '', 'vi', (SELECT id FROM session WHERE subject = ${org} AND environment = 'LIVE' LIMIT 1), '${scopes}', 'LIVE')`,
  team: `concat_ws('|', 'PARTNER', ${org}, ${org}, '', '', 'vi', (SELECT id FROM session WHERE subject = ${org} AND environment = 'TEAM' LIMIT 1), '${scopes}', 'TEAM')`,
  officer: `concat_ws('|', 'OFFICER', 12, '', ${office}, 'INTAKE,DISPATCHER,PROCESSOR,SIGNER,HEAD,COUNTER,ADMINISTRATOR', 'vi', md5('officer 12')::uuid, '', 'LIVE')`,
  erased: "concat_ws('|', 'CITIZEN', (SELECT min(subject) FROM erasure), (SELECT min(subject) FROM erasure), '', '', 'vi', md5('erased')::uuid, '', 'LIVE')",
};

const array = (what, from, order, limit = 20) => `(SELECT array_agg(x) FROM (SELECT ${what} AS x FROM ${from} ORDER BY ${order} LIMIT ${limit}) AS t)`;
const mine = 'dossier WHERE applicant = 1';
const shown = 'dossier d JOIN dossier_grant g ON g.dossier = d.id WHERE g.grantee = 1';
const submitted = `dossier WHERE submitter = ${org}`;
const received = `dossier WHERE received_agency = ${office}`;
const ids = (from, limit) => array(from === shown ? 'd.id' : 'id', from, '1 DESC', limit);
const codes = (from, limit) => array('code', from, 'id DESC', limit);
const one = (what, from, order = '1') => `(SELECT ${what} FROM ${from} ORDER BY ${order} LIMIT 1)`;
const states = '(SELECT array_agg(id) FROM dossier_state)';
const waiting = "'{SUBMITTED}'";
const far = '9223372036854775807';
const page = '21';
const first = ["'infinity'", far, "'-infinity'", '0', page];
const middle = (from) => [`(SELECT submitted_at FROM ${from} ORDER BY submitted_at DESC, id DESC OFFSET (SELECT count(*) / 2 FROM ${from}) LIMIT 1)`, far, "'-infinity'", '0', page];
const list = (who, from) => [[who, states, ...first], [who, states, ...middle(from)], [who, waiting, ...first]];
const persons = "'{1}'";
const offices = `ARRAY[${office}]`;
const lastNumbers = '(SELECT last - 100000 FROM feed)';

const as = (viewer, ...questions) => questions.map((values) => ({ viewer, values }));
const looks = [...as('citizen', [ids(mine)]), ...as('partner', [ids(submitted)]), ...as('officer', [ids(received)])];

// By statement: [{ viewer, values }].
export const questions = {
  access_classes_of_dossiers: looks,
  accesses: as('citizen', [ids(mine), "'infinity'", far, page]),
  applicants_of_dossiers: [...as('citizen', [ids(mine)], [ids(shown)]), ...as('partner', [ids(submitted)])],
  bulk_items_of_jobs: as('partner', [`ARRAY[(SELECT max(id) FROM bulk_job WHERE partner = ${org})]`, '0', page], [`ARRAY[(SELECT max(id) FROM bulk_job WHERE partner = ${org})]`, '400', page]),
  bulk_job_progress: as('partner', [one('public_id', `bulk_job WHERE partner = ${org}`), '0']),
  bulk_jobs_by_id: as('partner', [array('id', `bulk_job WHERE partner = ${org}`, '1')]),
  bulk_jobs_of_viewer: [...as('partner', []), ...as('citizen', [])],
  bulk_result: as('partner', [one('public_id', `bulk_job WHERE partner = ${org}`)]),
  counts_of_agencies: as('officer', [offices]),
  counts_of_subjects: as('citizen', [persons]),
  delegations_by_no: as('citizen', [array('no', 'delegation WHERE delegator = 1', '1')]),
  delegations_given: as('citizen', [persons, far, page]),
  delegations_received: [...as('citizen', ['1', far, page]), ...as('partner', [org, far, page])],
  devices_by_id: as('citizen', [array('id', 'device WHERE owner_subject = 1', '1')]),
  dossier_by_code: [...as('citizen', [one('code', mine)], [one('d.code', shown)]), ...as('partner', [one('code', submitted)]), ...as('officer', [one('code', received)])],
  dossier_events_by_seq: [...as('citizen', [ids(mine), "array_fill(1, ARRAY[20])"]), ...as('partner', [ids(submitted), "array_fill(1, ARRAY[20])"]), ...as('officer', [ids(received), "array_fill(1, ARRAY[20])"])],
  dossiers_by_code: [...as('citizen', [codes(mine)]), ...as('partner', [codes(submitted, 100)]), ...as('officer', [codes(received, 100)])],
  dossiers_by_id: [...as('citizen', [ids(mine)], [ids(shown)]), ...as('partner', [ids(submitted)])],
  dossiers_by_id_for_office: as('officer', [ids(received)]),
  dossiers_of_agencies_backward: as('officer', ...list(offices, received)),
  dossiers_of_agencies_forward: as('officer', ...list(offices, received)),
  dossiers_of_subjects_backward: as('citizen', ...list(persons, mine)),
  dossiers_of_subjects_forward: as('citizen', ...list(persons, mine)),
  dossiers_shared_backward: as('citizen', ['1', states, far, '0', page]),
  dossiers_shared_forward: [...as('citizen', ['1', states, far, '0', page]), ...as('partner', [org, states, far, '0', page])],
  dossiers_submitted_backward: as('partner', ...list(org, submitted)),
  dossiers_submitted_forward: as('partner', ...list(org, submitted)),
  erased: as('erased', []),
  exports_by_no: as('citizen', [array('no', 'export_file WHERE subject = 1', '1')]),
  exports_of_viewer: as('citizen', []),
  feed_end: as('citizen', []),
  feed_of_agencies: as('officer', [offices, '0', '51', '50'], [offices, lastNumbers, '51', '50']),
  feed_of_dossier: [...as('citizen', [one('code', mine), '0', '51', '50']), ...as('partner', [one('code', submitted), '0', '51', '50']), ...as('officer', [one('code', received), '0', '51', '50'])],
  feed_of_subjects: [...as('citizen', [persons, '0', '51', '1', '50']), ...as('partner', [`ARRAY[${org}]`, '0', '51', org, '50'], [`ARRAY[${org}]`, lastNumbers, '51', org, '50'])],
  grants_by_no: as('citizen', [array('no', 'dossier_grant WHERE grantee = 1', '1')]),
  grants_given: as('citizen', [persons, far, page]),
  grants_of_dossiers: [...as('citizen', [array('dossier', 'dossier_grant WHERE applicant = 1', '1'), '11']), ...as('officer', [array('dossier', `dossier_grant WHERE kind = 'DELEGATION' AND dossier IN (SELECT id FROM dossier WHERE received_agency = ${office})`, '1'), '11'])],
  grants_received: [...as('citizen', ['1', far, page]), ...as('partner', [org, far, page])],
  guests_by_no: as('team', [array('no', `partner_guest WHERE partner = ${org}`, '1')]),
  guests_of_viewer: [...as('partner', []), ...as('citizen', [])],
  kept: as('erased', []),
  node: [...as('citizen', [one('public_id', mine)], [one('id', 'dossier_event WHERE applicant = 1', '1')], [one('public_id', 'device WHERE owner_subject = 1')]), ...as('officer', [one('public_id', received)])],
  node_of_partner: as('partner', [one('public_id', submitted)], [one('id', `dossier_event WHERE submitter = ${org}`)]),
  officers_by_id: as('officer', ["'{12,13,14}'"]),
  partner_keys_by_no: as('partner', [array('no', `partner_key WHERE partner = ${org}`, '1')]),
  partner_keys_of_viewer: [...as('partner', []), ...as('citizen', [])],
  role_grants_by_no: as('officer', [array('no', 'staff_grant WHERE officer = 12', '1')]),
  role_grants_of_officers: as('officer', ["'{12,13,14}'"]),
  role_grants_of_viewer: as('officer', []),
  seats_by_no: as('citizen', [array('no', 'seat WHERE person = 1', '1')]),
  seats_of_organisations: as('citizen', [`ARRAY[${org}, ${org} + 1]`, '101']),
  seats_of_viewer: as('citizen', ['1']),
  sessions_of_viewer: [...as('citizen', []), ...as('partner', [])],
  staff_backward: as('officer', ['0', far, page]),
  staff_forward: as('officer', ['0', far, page]),
  subjects_by_id: [...as('citizen', ["'{1}'"], [array('delegate', 'delegation WHERE delegator = 1', '1')]), ...as('officer', [array('applicant', received, 'id DESC')])],
  substitutions_by_no: as('officer', [array('no', 'staff_substitution WHERE absent = 12', '1')]),
  substitutions_of_officers: as('officer', ["'{12,13,14}'"]),
  timelines_backward: [...as('citizen', [ids(shown), '0', '2147483647', '6']), ...as('partner', [ids(submitted), '0', '2147483647', '6']), ...as('officer', [ids(received), '0', '2147483647', '6'])],
  timelines_forward: [...as('citizen', [ids(shown), '0', '2147483647', '6']), ...as('partner', [ids(submitted), '0', '2147483647', '6']), ...as('officer', [ids(received), '0', '2147483647', '6'])],
  timelines_of_subjects_backward: as('citizen', [ids(mine), '0', '2147483647', '6']),
  timelines_of_subjects_forward: as('citizen', [ids(mine), '0', '2147483647', '6']),
  webhook_endpoints_by_no: as('partner', [array('no', `webhook_endpoint WHERE partner = ${org}`, '1')]),
  webhook_endpoints_of_viewer: [...as('partner', []), ...as('citizen', [])],
};

const publicId = (id) => `(SELECT public_id FROM subject WHERE id = ${id})`;
const until = "'2099-01-01'";
const purpose = "'Nộp hồ sơ thay'";
const taxCode = `(SELECT tax_code FROM organisation WHERE id = ${org})`;
const endpoint = one('id', `webhook_endpoint WHERE partner = ${org}`);
const colleague = (id) => `(SELECT public_id FROM officer WHERE id = ${id})`;

// Of each statement that changes something: a change that is made, or the answer to one that may not be.
export const changes = {
  add_guest: as('partner', ['NULL', publicId(500)]),
  add_officer: as('officer', ["'0195d3a0-0000-7000-8000-000000000001'", "'Nguyễn Văn Mới'", "decode(repeat('01', 60), 'hex')", "sha256('a number')"]),
  add_partner_key: as('partner', ['NULL', `'{"kid": "new"}'`, "'TEST'", "'{dossiers.read}'", 'NULL']),
  add_webhook_endpoint: as('partner', ['NULL', "'LIVE'", "'https://partner.invalid/new'", "'{}'", 'NULL', "'0195d3a0-0000-7000-8000-000000000002'", "sha256('secret')"]),
  apply_dossier_event: as('officer', [one('code', `${received} AND state = 'SUBMITTED'`), "'accept'", 'NULL', `'{"digitised": true}'`]),
  classify_dossier: as('officer', [one('code', received), "'RESTRICTED'", "'Có dữ liệu nhạy cảm'"]),
  delegate: as('citizen', ['NULL', publicId(500), 'NULL', purpose, until]),
  end_other_sessions: as('citizen', []),
  end_session: as('citizen', ['NULL']),
  end_substitution: as('officer', [one('id', `staff_substitution WHERE agency = ${office}`)]),
  give_seat: as('citizen', [taxCode, publicId(500), "'MEMBER'", 'NULL']),
  grant_role: as('officer', [colleague(13), "'FIELD'", 'NULL', 'NULL']),
  idempotency_claim: as('citizen', ["'a new key'", "'{}'"], ["'key 1'", "'{}'"]),
  idempotency_store: as('citizen', ["'a waiting key'", "'DossierChanged'", "'{1}'", '1', 'NULL']),
  register_device: as('citizen', ["'FCM'", "'address of a new device'", 'NULL', 'NULL', 'NULL']),
  remove_device: as('citizen', [one('public_id', 'device WHERE owner_subject = 1')]),
  remove_guest: as('partner', ['NULL', publicId(one('guest', `partner_guest WHERE partner = ${org}`))]),
  remove_webhook_endpoint: as('partner', [endpoint]),
  request_erasure: as('citizen', []),
  request_export: as('citizen', []),
  revoke_partner_key: as('partner', [one('id', `partner_key WHERE partner = ${org} AND environment = 'LIVE'`)]),
  rotate_webhook_secret: as('partner', [endpoint, "'0195d3a0-0000-7000-8000-000000000003'", "sha256('secret')"]),
  sandbox_advance: as('partner', [one('code', submitted), "'accept'", 'NULL', "'{}'"]),
  share_dossier: as('citizen', [one('code', mine), publicId(org), "'{STATUS}'", purpose, until]),
  submit_bulk: as('partner', [`'[{"reference": "1", "procedure": "1.004800", "agency": "H09.01", "channel": "ONLINE"}]'`]),
  submit_dossier: as('citizen', ["'1.004800'", "'H09.01'", 'NULL', "'ONLINE'"]),
  substitute_officer: as('officer', [colleague(22), colleague(23), 'NULL', until, 'false']),
  undelegate: as('citizen', [one('id', 'delegation WHERE delegator = 1')]),
  unshare_dossier: as('citizen', [one('id', 'dossier_grant WHERE applicant = 1')]),
  update_webhook_endpoint: as('partner', [endpoint, 'NULL', 'NULL', "'DISABLED'", 'NULL']),
  withdraw_role: as('officer', [one('id', 'staff_grant WHERE officer = 13')]),
  withdraw_seat: as('citizen', [one('id', `seat WHERE organisation = ${org} AND role = 'MEMBER'`)]),
};

// What still reads the history, and why: taken out of here by who mends it.
export const exceptions = {
  counts_of_agencies: 'counts all dossiers of an agency; without reading them it needs sums that the one writer of the feed keeps',
};

// Read nothing that grows: they fill the server's memory, or are its languages' words.
export const ofReference = ['reference_agencies', 'reference_clients', 'reference_procedures', 'reference_states', 'staff_roles', 'sandbox_people'];
