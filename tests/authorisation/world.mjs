// What the matrix is asked about: one database with one citizen's dossier, and everybody who asks about it.
import assert from 'node:assert/strict';
import { randomUUID, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { Issuer, newKey } from '../../tools/dev/issuer.mjs';
import { Database, House, acceptIt, complete, guardMs, handIn, key, place, until } from '../e2e/support.mjs';

export const principals = ['nobody', 'expired', 'citizen', 'citizen2', 'partner', 'partner2', 'officer', 'officer3', 'intake', 'cashier', 'processor'];

// Colleagues of `officer`, who holds nearly every role: these hold one each.
export const desks = { intake: { no: 900001, role: 'INTAKE' }, cashier: { no: 900002, role: 'COUNTER' }, processor: { no: 900003, role: 'PROCESSOR' } };
const deskRows = (row) => Object.entries(desks).map(row).join(', ');
const extraPeople = { officer3: { SoDinhDanh: '074081000031', HoVaTen: 'Vũ Thị Giang', NgaySinh: '1981-02-03' },
  officerIntake: { SoDinhDanh: '074081000032', HoVaTen: 'Cán bộ INTAKE', NgaySinh: '1981-02-03' }, officerCashier: { SoDinhDanh: '074081000033', HoVaTen: 'Cán bộ COUNTER', NgaySinh: '1981-02-03' },
  officerProcessor: { SoDinhDanh: '074081000034', HoVaTen: 'Cán bộ PROCESSOR', NgaySinh: '1981-02-03' } };
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
export const asked = () => ({ parts: [{ name: 'Căn cước', part: 'ID', note: 'Bản cũ đã mờ' }], reason: 'Thiếu giấy tờ.', until: inDays(9) });
export const fee = () => ({ amountDong: 1000, amountReason: 'Thu một phần', what: 'Lệ phí', until: inDays(9), account: { bank: 'Kho bạc Nhà nước', number: '3511.0.1', holder: 'Ủy ban nhân dân' } });
// Who stands before the issuer when the principal signs in; a partner does not, so somebody new does.
const faces = { citizen: 'citizen', citizen2: 'citizen2', officer: 'officer', officer3: 'officer3', intake: 'officerIntake', cashier: 'officerCashier', processor: 'officerProcessor' };
export function publicKey() {
  const { d, use, ...jwk } = newKey(randomUUID());
  return JSON.stringify(jwk);
}

const assign = `mutation($input: AssignDossierInput!) { assignDossier(input: $input) { ... on DossierChanged { dossier { state } } ... on Failure { message } } }`;
const handOver = `mutation($input: HandOverDossierInput!) { handOverDossier(input: $input) { ... on DossierChanged { dossier { state } } ... on Failure { message } } }`;
// How far a dossier has come, and what brings it there.
export const steps = ['SUBMITTED', 'ACCEPTED', 'PROCESSING', 'COMPLETED', 'RETURNED'];

// The citizen has a seat in the partner's organisation and the others have none. A second partner and an officer of another agency, signed in as the sample's actors are; and nothing that may be
// NULL is, so that a NULL in an answer was withheld.
const preparation = `
  DO $$
  BEGIN
    EXECUTE replace(replace(pg_get_functiondef('session_subject(text, int)'::regprocedure),
      '(''partner'', ''PARTNER'', 5001, NULL)', '(''partner'', ''PARTNER'', 5001, NULL), (''partner2'', ''PARTNER'', 5002, NULL), (''sandbox2'', ''PARTNER'', 5002, NULL)'),
      '(''officer'', ''OFFICER'', NULL, 1)', '(''officer'', ''OFFICER'', NULL, 1), (''officer3'', ''OFFICER'', NULL, 3), ${deskRows(([name, { no }]) => `(''${name}'', ''OFFICER'', NULL, ${no})`)}');
  END $$;
  INSERT INTO seat (person, organisation, since, until) VALUES (1, 5001, '2026-01-01', '2099-01-01') ON CONFLICT DO NOTHING;
  INSERT INTO seat (person, organisation, since, until) VALUES (1, 5001, '2026-01-01', '2099-01-01') ON CONFLICT DO NOTHING;
  INSERT INTO partner (id) VALUES (5001), (5002) ON CONFLICT DO NOTHING;
  INSERT INTO officer (id, agency, name) OVERRIDING SYSTEM VALUE SELECT d.no, o.agency, 'Cán bộ ' || d.role FROM officer o, (VALUES ${deskRows(([, { no, role }]) => `(${no}, '${role}')`)}) AS d (no, role) WHERE o.id = 1;
  INSERT INTO staff_grant (officer, agency, role) SELECT o.id, o.agency, d.role FROM officer o JOIN (VALUES ${deskRows(([, { no, role }]) => `(${no}, '${role}')`)}) AS d (no, role) ON d.no = o.id;
  INSERT INTO identity_link (issuer, issuer_subject, officer) VALUES ('officers', 'officer3', 3), ${deskRows(([name, { no }]) => `('officers', '${faces[name]}', ${no})`)};
  UPDATE staff_grant SET ends_at = '2099-01-01';
  INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, made_by) SELECT agency, 2, 1, now(), '2099-01-01', 2 FROM officer WHERE id = 2;
  UPDATE procedure_version SET valid_to = '2099-01-01' WHERE valid_to IS NULL;
  UPDATE procedure_version SET limit_amount = 20, limit_unit = 'WORKING_DAY';
  UPDATE procedure_version SET decided_on = '2024-01-01', decided_by = 'Ủy ban nhân dân';
  UPDATE procedure SET replaced_by = (SELECT id FROM procedure WHERE code = '2.000815') WHERE code <> '2.000815' AND NOT sandbox;
  UPDATE procedure_case SET limit_amount = 5, limit_unit = 'DAY';
  DELETE FROM procedure_part;
  INSERT INTO procedure_part (procedure_version, procedure_case, code, position, name_vi, name_en, originals, copies, required, database_vi, database_en, reason_vi, reason_en)
    SELECT procedure_version, id, 'ID', position, 'Căn cước', 'Identity card', 0, 0, false, 'CSDL', 'Database', 'Đã có', 'It is there' FROM procedure_case;
  UPDATE fee_rule SET valid_to = '2099-01-01';
  INSERT INTO fee_rule (procedure_version, channel, kind, amount_dong, valid_from, valid_to, decision) SELECT id, 'ONLINE', 'FEE', 1, '2020-01-01', '2099-01-01', 'QĐ 1' FROM procedure_version;
  INSERT INTO procedure_guidance (procedure, no, valid_from, text_vi, text_en) SELECT id, 9, '2020-01-01', 'Cách làm', 'How' FROM procedure;
  INSERT INTO officer (agency, name) SELECT agency, 'Kiểm soát thủ tục' FROM officer WHERE id = 1;
  INSERT INTO staff_grant (officer, agency, role, ends_at) SELECT id, agency, 'PROCEDURE_CONTROL', '2099-01-01' FROM officer WHERE id = 1 OR name = 'Kiểm soát thủ tục';
  INSERT INTO procedure_authority SELECT agency, level, NULL FROM officer, (SELECT DISTINCT level FROM procedure) AS p WHERE officer.id = 1 ON CONFLICT DO NOTHING;
  INSERT INTO staff_grant (officer, agency, role, ends_at) SELECT id, agency, 'ARCHIVIST', '2099-01-01' FROM officer WHERE id IN (1, 2);
`;
// With a form of its own every procedure is handed in on paper, or as a draft: this comes when where is known.
const forms = `
  INSERT INTO procedure_form (procedure_version, no, schema)
  SELECT id, 99, '{"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
      "name": {"type": "string", "x-label-vi": "Họ tên", "x-label-en": "Name", "x-order": 1, "x-source": "IDENTITY_NAME"},
      "note": {"type": "string", "x-label-vi": "Ghi chú", "x-label-en": "Note", "x-order": 2}}}'
    FROM procedure_version WHERE procedure IN (SELECT id FROM procedure WHERE NOT sandbox);
`;

export class World {
  static async start() {
    const world = new World();
    try {
      await world.#start();
    } catch (failure) {
      await world.stop();
      throw failure;
    }
    return world;
  }

  async #start() {
    this.folder = mkdtempSync(join(tmpdir(), 'motcua-issuer-'));
    this.issuer = await Issuer.start({ place: this.folder, extraPeople });
    this.database = Database.copy('authorisation');
    this.database.sql(preparation);
    this.where = place(this.database);
    this.database.sql(forms);
    assert.notEqual(this.one('SELECT agency FROM officer WHERE id = 3'), this.one('SELECT agency FROM officer WHERE id = 1'));
    this.house = await House.start('authorisation', { database: this.database, settings: { MOTCUA_ISSUERS_FILE: this.issuer.file } });
    this.client = this.house.client();
    this.tokens = { expired: this.house.token('citizen', { MOTCUA_TOKEN_LIFE_S: '1' }) };
    for (const principal of principals.slice(2)) this.renew(principal);
    this.ids = Object.fromEntries([['citizen', 'subject WHERE id = 1'], ['third', 'subject WHERE id = 3'], ['partner', 'subject WHERE id = 5001'], ['procedure', `procedure WHERE code = '${this.where.procedure}'`],
      ['agency', 'agency WHERE successor IS NOT NULL ORDER BY id LIMIT 1'], ['field', 'officer WHERE id = 2']].map(([name, from]) => [name, this.one(`SELECT public_id FROM ${from}`)]));
    await this.#known();
    await this.#fill();
    // Half a minute after its end: clocks differ, and the server bears with that.
    await until('a token expires', async () => (await this.client.post('{ viewer { id } }', { token: this.tokens.expired })).status === 401, 2 * guardMs);
  }

  // A second factor is held against the number that signing in has kept.
  async #known() {
    const signIn = 'mutation($input: SignInInput!) { signIn(input: $input) { __typename } }';
    for (const principal of Object.keys(faces)) {
      const data = await this.client.data(signIn, { variables: { input: { ...(await this.code(principal)), device: 'x' } } });
      assert.equal(data.signIn.__typename, 'SignedIn', principal);
    }
  }

  async #fill() {
    this.database.number();
    this.end = await this.#endOfFeed();
    this.fixed = await this.dossier('RETURNED', 'Ghi chú');
    this.sandboxed = await this.sandboxDossier();
    this.one(`UPDATE dossier SET external_no = 'BHXH ' || code WHERE code = '${this.fixed}'`);
    this.ids.fixed = this.one(`SELECT public_id FROM dossier WHERE code = '${this.fixed}'`);
    this.event = this.one(`SELECT e.id FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${this.fixed}' AND e.to_state = 'ACCEPTED'`);
    this.database.number();
    this.key = this.partnerKey();
    this.job = await this.#bulkJob();
    this.invited(1);
    this.endpoint = this.webhook();
    this.proposal();
    this.device = await this.registerDevice('citizen');
    this.export = this.one(`INSERT INTO export_file (subject, state, content, bytes, ready_at) VALUES (1, 'READY', '{}', 2, now()) RETURNING id`);
    await this.#share();
    this.paper = this.storedPaper();
    this.part(this.fixed, this.paper);
    this.one(`UPDATE dossier_part SET part_code = 'ID' WHERE dossier = (SELECT id FROM dossier WHERE code = '${this.fixed}');
      INSERT INTO announced_part (dossier, part_code, position, applicant, name_vi, name_en) SELECT id, 'ID', 1, applicant, 'Căn cước', 'Identity card' FROM dossier WHERE code = '${this.fixed}'`);
    this.result(this.fixed);
    this.inventoried('DIGITISED', { paper: this.paper });
    this.results = { checked: this.inventoried('PROPOSED'), back: this.inventoried('INVENTORIED') };
    await this.#time();
    this.asking = await this.waiting('SUPPLEMENT_REQUIRED');
    this.owing = await this.waiting('PAYMENT_REQUIRED');
    await this.make('citizen', 'payDossier', { code: this.owing, demand: this.open('fee_demand', this.owing), method: 'TRANSFER' });
    this.refused = this.one(`INSERT INTO stored_paper (owner, kind, title, media_type, bytes, source, state, refusal)
      VALUES (1, 'CCCD', 'Căn cước', 'application/pdf', 100, 'UPLOAD', 'REFUSED', 'UNREADABLE') RETURNING public_id`);
    this.tasked = await this.handled();
    await this.#receipt();
    this.draft = this.newDraft('ONLINE');
    this.one(`UPDATE draft SET parts = '[{"part": "ID", "paper": "${this.paper}", "upload": "${this.paper}"}]' WHERE public_id = '${this.draft}'`);
    for (const code of [this.fixed, this.sandboxed, this.shown, this.tasked]) this.formOf(code);
    for (const code of [this.fixed, this.shown]) this.one(`INSERT INTO dossier_place (dossier, applicant, given, unit, support_agency)
      SELECT d.id, d.applicant, u.id, u.id, a.id FROM dossier d, unit u, agency a WHERE d.code = '${code}' AND u.code = '25813' AND u.valid_to IS NULL AND a.code = 'H29.1'`);
    // Of a procedure that nobody hands in here.
    this.one(`INSERT INTO assignment_rule (agency, procedure, kind, officer, set_by, set_name, set_at) SELECT o.agency, p.id, 'OFFICER', o.id, o.id, o.name, now() FROM officer o, procedure p WHERE o.id = 1 AND p.code = '2.000884'`);
    this.sentBack = await this.signature(1, 'RETURNED');
    this.message = this.quarantined();
    this.strayMessage = this.quarantined('H99.1');
    this.one(`INSERT INTO dossier_sync (adapter, dossier, applicant, agency, came_from, state, sent_at, acked_at, acked_seq, why)
      SELECT 'DVCQG', id, applicant, competent_agency, false, 'ACKED', now(), now(), seq, 'HTTP_500' FROM dossier WHERE code = '${this.fixed}'`);
    this.givenUp(this.shown);
    this.one(`INSERT INTO portal_paper (dossier, applicant, name, address, kho_id, message)
      SELECT d.id, d.applicant, 'Căn cước', 'https://cong.vn/1', 'KQ-1', m.id FROM dossier d, portal_message m WHERE d.code = '${this.fixed}' AND m.public_id = '${this.message}'`);
    this.one("UPDATE adapter SET pulled_at = now()");
  }

  // A message of the national portal for that agency whose procedure nobody knows; its id.
  quarantined(agency = this.where.agency) {
    return this.one(`INSERT INTO portal_message (adapter, code, kind, sha256, body, procedure_code, agency_code, agency, reason, next_try_at, amount_dong, reference)
      SELECT 'DVCQG', '${agency}-261120-900001', 'DOSSIER', '\\x${randomBytes(32).toString('hex')}', '{"filedAt": "2026-11-20T08:30:00+07:00", "channel": "ONLINE", "taxCode": "0"}',
          '9.000001', '${agency}', (SELECT id FROM agency WHERE code = '${agency}'), 'UNKNOWN_PROCEDURE', now() + interval '1 day', 20000, 'GD-1' RETURNING public_id`);
  }

  // Of the dossier of that code a message to the portal was given up; gives the code.
  givenUp(code) {
    this.one(`INSERT INTO dossier_sync (adapter, dossier, applicant, agency, came_from, state, waiting, oldest_at, failed_at, why)
      SELECT 'DVCQG', id, applicant, competent_agency, false, 'FAILED', 1, now(), now(), 'HTTP_500' FROM dossier WHERE code = '${code}'`);
    return code;
  }

  // Another dossier of the citizen whose clock has rested, over a day off, and was put off; its status alone is shown to the
  // second of each kind. It is held by the receiving agency first, by an officer who is known.
  async #time() {
    this.timed = await this.dossier('PROCESSING');
    const of = `(SELECT id FROM dossier WHERE code = '${this.timed}')`;
    this.one(`UPDATE dossier_event SET at = at - interval '10 days' WHERE dossier = ${of} AND seq <= 2`);
    // Without a case, whose own limit would have no text.
    this.one(`UPDATE dossier SET received_at = '2026-11-02 09:00+07', due_at = '2099-01-05 17:00+07', procedure_case = NULL WHERE id = ${of}`);
    this.one(`INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at, to_at) VALUES (${of}, 1, 1, 'SUPPLEMENT', '2026-11-03 09:00+07', '2026-11-04 09:00+07')`);
    this.one(`INSERT INTO dossier_extension (dossier, no, applicant, at, old_due, new_due, reason, event)
      SELECT dossier, 1, 1, at, '2026-11-10 17:00+07', '2099-01-05 17:00+07', 'Chờ xác minh', id FROM dossier_event WHERE dossier = ${of} AND seq = 3`);
    for (const grantee of [2, 5002]) this.one(`UPDATE dossier_grant SET fields = '{STATUS}' WHERE id = '${this.grant(this.timed, grantee)}'`);
  }

  // Another dossier of the citizen, shown to the second of each kind, once before and now; and the same may hand in another procedure.
  async #share() {
    this.shown = await this.dossier('SUBMITTED');
    this.ended = this.grant(this.shown, 2);
    this.one(`UPDATE dossier_grant SET revoked_at = now() WHERE id = '${this.ended}'`);
    this.granted = [2, 5002].map((grantee) => this.grant(this.shown, grantee));
    this.lent = [2, 5002].map((delegate) => this.delegation(delegate, `(SELECT min(id) FROM procedure WHERE code <> '${this.where.procedure}')`));
  }

  // Dossiers of the citizen: one whose receipt has been printed, one whose receipt may be, and one that has gone on by another
  // channel; and what the heads of both officers' agencies were told this morning.
  async #receipt() {
    this.office = this.one(`SELECT a.public_id FROM agency a JOIN officer o ON o.agency = a.id WHERE o.id = 1`);
    this.looked = await this.dossier('ACCEPTED');
    this.receipted = await this.dossier('SUBMITTED');
    this.moved = await this.dossier('ACCEPTED');
    const { makeTrackingCode } = await this.client.data('mutation($input: MakeTrackingCodeInput!) { makeTrackingCode(input: $input) { ... on TrackingCodeMade { trackingCode } } }',
      { token: this.tokens.citizen, variables: { input: { idempotencyKey: key(), code: this.looked } } });
    this.trackingCode = makeTrackingCode.trackingCode;
    const { changeChannel } = await this.client.data('mutation($input: ChangeChannelInput!) { changeChannel(input: $input) { __typename } }',
      { token: this.tokens.citizen, variables: { input: { idempotencyKey: key(), code: this.moved, channel: 'COUNTER', delivery: 'POST' } } });
    assert.equal(changeChannel.__typename, 'DossierChanged');
    this.one(`UPDATE channel_change SET fee_before = 1, fee_after = 2`);
    this.one(`WITH made AS (INSERT INTO digest (kind, officer, agency, day, at, open, due_soon, late) SELECT 'HEAD_MORNING', id, agency, '2026-11-27', now(), 1, 1, 0 FROM officer WHERE id IN (1, 3) RETURNING id, officer)
      INSERT INTO digest_load (digest, no, processor, open, paused, late, due_in_one_day, due_in_three_days) SELECT id, 1, officer, 1, 0, 0, 0, 1 FROM made`);
  }

  // What is handed in: by post, so that it may be without its form.
  get filed() {
    return { ...this.where, channel: 'POST', consent: true };
  }

  // A draft of the citizen, in the place of the one before; gives its id.
  newDraft(channel = 'POST') {
    this.one(`DELETE FROM draft WHERE owner = 1 AND channel = '${channel}'`);
    return this.one(`WITH made AS (INSERT INTO draft (owner, applicant, form, received_agency, channel, seq, expires_at, carried_from, carried_at)
        SELECT 1, 1, f.id, a.id, '${channel}', 1, now() + interval '1 day', f.id, now() FROM procedure_form f JOIN procedure_in_force p ON p.version = f.procedure_version, agency a
         WHERE p.code = '${this.where.procedure}' AND a.code = '${this.where.agency}' ORDER BY f.no DESC LIMIT 1 RETURNING id, public_id),
      written AS (INSERT INTO draft_field (draft, owner, name, value, seq) SELECT id, 1, 'note', '"x"', 1 FROM made)
      SELECT public_id FROM made`);
  }

  // What a dossier was handed in with.
  formOf(code) {
    this.one(`INSERT INTO dossier_form (dossier, applicant, form, fields, known) SELECT d.id, d.applicant, f.id, '{"name": "An", "note": "x"}', '{name}'
      FROM dossier d, procedure_form f WHERE d.code = '${code}' ORDER BY f.procedure_version <> d.procedure_version, f.no DESC LIMIT 1`);
  }

  async #endOfFeed() {
    let page = { hasNextPage: true, endCursor: null };
    while (page.hasNextPage) {
      ({ events: { pageInfo: page } } = await this.client.data('query($after: Cursor) { events(first: 100, after: $after) { pageInfo { hasNextPage endCursor } } }',
        { token: this.tokens.citizen, variables: { after: page.endCursor } }));
    }
    return page.endCursor;
  }

  // A job of the partner with one item done and one failed; gives its id.
  async #bulkJob() {
    const { code } = await handIn(this.client, this.tokens.partner, this.filed);
    return this.one(`WITH job AS (INSERT INTO bulk_job (partner, session, environment, state, total, done, failed, finished_at)
        VALUES (5001, gen_random_uuid(), 'LIVE', 'DONE', 2, 1, 1, now()) RETURNING id, public_id),
      items AS (INSERT INTO bulk_item (job, no, reference, procedure, agency, channel, state, dossier, code, failure, problems)
        SELECT job.id, 1, 'a', 'x', 'x', 'ONLINE', 'DONE', d.id, d.code, NULL, NULL::jsonb FROM job, dossier d WHERE d.code = '${code}'
        UNION ALL SELECT job.id, 2, 'b', 'x', 'x', 'ONLINE', 'FAILED', NULL, NULL, 'GUARD_FAILED', '[{"path": "procedure", "vi": "x", "en": "x"}]'::jsonb FROM job)
      SELECT public_id FROM job`);
  }

  // Who the principal is in the sandbox; nobody new for the others.
  async sandboxToken(principal) {
    const testKey = { partner: 'sandbox', citizen: 'sandbox', partner2: 'sandbox2', citizen2: 'sandbox2' }[principal];
    if (!testKey || principal.startsWith('partner')) return testKey && this.house.token(testKey);
    const { sandboxSignIn } = await this.client.data('mutation($input: SandboxSignInInput!) { sandboxSignIn(input: $input) { ... on SignedIn { accessToken } } }',
      { token: this.house.token(testKey), variables: { input: { person: 'an', device: 'x' } } });
    return sandboxSignIn.accessToken;
  }

  // A dossier of the sandbox that the first partner's test key hands in for its 'an'; gives its code.
  async sandboxDossier() {
    const token = this.house.token('sandbox');
    const { sandboxPeople } = await this.client.data('{ sandboxPeople { id code } }', { token });
    const applicant = sandboxPeople.find(({ code }) => code === 'an').id;
    return (await handIn(this.client, token, { procedure: '9.000001', agency: 'H00.1', applicant })).code;
  }

  // A key of the partner; gives its id.
  partnerKey() {
    const jwk = publicKey();
    return this.one(`INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at)
      VALUES (5001, '${JSON.parse(jwk).kid}', '${jwk}', 'LIVE', '{dossiers.read}', now() + interval '1 day') RETURNING id`);
  }

  // A dossier of the citizen shown to somebody; gives the grant's id.
  grant(code, grantee) {
    return this.one(`INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until)
      SELECT id, ${grantee}, 1, 1, '${grantee > 5000 ? 'CONSENT' : 'DELEGATION'}', 'Nhận kết quả thay', now() + interval '1 day' FROM dossier WHERE code = '${code}' RETURNING id`);
  }

  // The citizen lets somebody hand in for it, of all procedures in place of the former; gives the delegation's id.
  delegation(delegate, procedure = 'NULL') {
    this.takeBack(delegate);
    return this.one(`INSERT INTO delegation (delegator, delegate, procedure, purpose, until)
      VALUES (1, ${delegate}, ${procedure}, 'Nộp hồ sơ thay', now() + interval '1 day') RETURNING id`);
  }

  takeBack(delegate) {
    this.one(`UPDATE delegation SET revoked_at = now() WHERE delegator = 1 AND delegate = ${delegate} AND procedure IS NULL AND revoked_at IS NULL`);
  }

  // A seat of somebody in the partner's organisation; gives its id.
  seat(person) {
    return this.one(`INSERT INTO seat (person, organisation, since, role) VALUES (${person}, 5001, '2026-01-01', 'MEMBER')
      ON CONFLICT (person, organisation) DO UPDATE SET withdrawn_at = NULL RETURNING id`);
  }

  // A new officer of the agency of `officer`; gives its public id.
  colleague() {
    return this.one(`INSERT INTO officer (agency, name) SELECT agency, 'Cán bộ mới' FROM officer WHERE id = 1 RETURNING public_id`);
  }

  // A role granted to a new officer; gives the grant's id.
  roleGrant() {
    return this.one(`INSERT INTO staff_grant (officer, agency, role) SELECT id, agency, 'INTAKE' FROM officer WHERE public_id = '${this.colleague()}' RETURNING id`);
  }

  // One new officer stands in for another; gives the substitution's id.
  substitution() {
    return this.one(`INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, made_by)
      SELECT a.agency, a.id, s.id, now(), '2099-01-01', 1 FROM officer a, officer s WHERE a.public_id = '${this.colleague()}' AND s.public_id = '${this.colleague()}' RETURNING id`);
  }

  // Somebody who is no guest of the partner's; gives the id.
  guest() {
    this.one('DELETE FROM partner_guest WHERE guest = 2');
    return this.one('SELECT public_id FROM subject WHERE id = 2');
  }

  // A guest of the partner's; gives the id.
  invited(guest = 2) {
    this.one(`INSERT INTO partner_guest (partner, guest) VALUES (5001, ${guest}) ON CONFLICT DO NOTHING`);
    return this.one(`SELECT public_id FROM subject WHERE id = ${guest}`);
  }

  // An endpoint of the partner's with all that one may have, of two secrets; gives its id. Those before go away, since there
  // may be ten.
  webhook() {
    this.one(`UPDATE webhook_endpoint SET removed_at = now() WHERE removed_at IS NULL AND id <> '${this.endpoint ?? '00000000-0000-0000-0000-000000000000'}'`);
    return this.one(`WITH made AS (INSERT INTO webhook_endpoint (partner, environment, url, description, state, disabled_at)
        VALUES (5001, 'LIVE', 'https://hooks.partner.vn/', 'Máy chủ', 'DISABLED', now()) RETURNING id),
      secrets AS (INSERT INTO webhook_secret (id, endpoint, secret, until)
        SELECT gen_random_uuid(), id, sha256('s'), until FROM made, (VALUES (NULL), (now() + interval '1 day')) AS u (until))
      SELECT id FROM made`);
  }

  // A clean paper of the citizen; gives its id. It says all that a paper can.
  storedPaper(owner = 1, agency = 'NULL') {
    const hash = randomBytes(32).toString('hex');
    return this.one(`WITH f AS (INSERT INTO stored_file (sha256, bytes, uses) VALUES ('\\x${hash}', 100, 1) RETURNING sha256)
      INSERT INTO stored_paper (owner, agency, kind, title, sha256, media_type, bytes, valid_from, valid_until, source, state)
      SELECT ${owner}, ${agency}, 'CCCD', 'Căn cước', sha256, 'application/pdf', 100, '2026-01-01', '2099-01-01', 'UPLOAD', 'CLEAN' FROM f RETURNING public_id`);
  }

  // The paper is a part of the dossier of that code.
  part(code, paper) {
    this.one(`INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
      SELECT d.id, 1, d.applicant, 'Căn cước', 'UPLOAD', p.id FROM dossier d, stored_paper p WHERE d.code = '${code}' AND p.public_id = '${paper}'`);
  }

  // A result of the citizen's on the inventory of the officer's agency; gives its id. A scan was attached by officer 2, or by another.
  inventoried(state, { paper, by = 2 } = {}) {
    const holder = { INVENTORIED: 5001, PROPOSED: 5001, DIGITISED: 1 }[state];
    const scan = state === 'INVENTORIED' ? undefined : paper ?? this.storedPaper('NULL', '(SELECT agency FROM officer WHERE id = 1)');
    return this.one(`INSERT INTO procedure_result (agency, issuer, authority_level, procedure_code, kind, number, issued_on, valid_until, title, holder_tax_code, holder, state, listed_by,
        paper, attached_by, attacher_name, attached_at, return_reason, checked_by, digitised_at)
      SELECT o.agency, o.agency, 'COMMUNE', '1.000656', 'CCCD', 'SO-${randomUUID()}', '2024-01-01', '2099-01-01', 'Giấy phép', (SELECT tax_code FROM organisation WHERE id = ${holder}), ${holder}, '${state}', 1,
        p.id, CASE WHEN p.id IS NOT NULL THEN ${by} END, CASE WHEN p.id IS NOT NULL THEN 'Cán bộ' END, CASE WHEN p.id IS NOT NULL THEN now() END, CASE WHEN p.id IS NULL THEN 'Thiếu trang 2.' END,
        CASE '${state}' WHEN 'DIGITISED' THEN 1 END, CASE '${state}' WHEN 'DIGITISED' THEN now() END
      FROM officer o LEFT JOIN stored_paper p ON p.public_id = ${scan ? `'${scan}'` : 'NULL'} WHERE o.id = 1 RETURNING public_id`);
  }

  // The same of the officer.
  scanned() {
    const upload = this.upload();
    this.one(`UPDATE upload SET creator = NULL, officer = 1 WHERE id = '${upload}'`);
    return upload;
  }

  // A whole upload of somebody, looked at; gives its id.
  upload(creator = 1) {
    const hash = randomBytes(32).toString('hex');
    return this.one(`WITH f AS (INSERT INTO stored_file (sha256, bytes, uses) VALUES ('\\x${hash}', 100, 1) RETURNING sha256)
      INSERT INTO upload (creator, length, received, media_type, state, sha256, bytes) SELECT ${creator}, 100, 100, 'application/pdf', 'CLEAN', sha256, 100 FROM f RETURNING id`);
  }

  // A whole upload of the officer, or of the one of his colleagues whom it is for, looked at; gives its id.
  officerUpload(principal) {
    const id = this.upload();
    this.one(`UPDATE upload SET creator = NULL, officer = ${desks[principal]?.no ?? 1} WHERE id = '${id}'`);
    return id;
  }

  // What the officer has scanned of the dossier of that code; gives the paper's id.
  scan(code) {
    const paper = this.storedPaper();
    this.one(`UPDATE stored_paper SET source = 'PAPER_SCAN', scanned_by = 1 WHERE public_id = '${paper}'`);
    this.part(code, paper);
    this.one(`UPDATE dossier_part SET source = 'PAPER_SCAN' WHERE paper = (SELECT id FROM stored_paper WHERE public_id = '${paper}')`);
    return paper;
  }

  // A file of the result of the dossier of that code, given to its applicant.
  result(code) {
    const paper = this.storedPaper();
    this.one(`UPDATE stored_paper SET source = 'RESULT', scanned_by = 1 WHERE public_id = '${paper}'`);
    this.one(`INSERT INTO result_file (dossier, no, applicant, paper) SELECT d.id, 1, d.applicant, p.id FROM dossier d, stored_paper p WHERE d.code = '${code}' AND p.public_id = '${paper}'`);
  }

  // The result of the dossier of that code is a file, which its applicant takes in the app.
  electronic(code) {
    this.result(code);
    this.one(`UPDATE dossier SET delivery = 'ELECTRONIC' WHERE code = '${code}'`);
  }

  // A proposal of a procedure that nothing else is about, by a colleague of the officer or by himself, in place of the
  // former; gives its id. Each begins on another day.
  proposal(by = 'Kiểm soát thủ tục') {
    this.noProposal();
    this.days = (this.days ?? 0) + 1;
    return this.one(`INSERT INTO procedure_proposal (procedure, agency, body, proposed_by, proposer_name)
      SELECT p.id, o.agency, jsonb_build_object('name', 'Tên mới', 'validFrom', (date '2030-01-01' + ${this.days})::text, 'onlineLevel', 'FULL',
          'homeEligible', true, 'boundaryFree', true, 'cases', '[{"code": "GENERAL", "nameVi": "Chung", "nameEn": "General"}]'::jsonb), o.id, o.name
        FROM procedure p, officer o WHERE p.code = '2.000884' AND ${by === 'officer' ? 'o.id = 1' : `o.name = '${by}'`} RETURNING id`);
  }

  noProposal() {
    this.one(`UPDATE procedure_proposal SET state = 'WITHDRAWN', ended_by = 1, ended_at = now() WHERE state = 'PROPOSED'`);
  }

  one(sql) {
    return this.database.sql(sql);
  }

  // Another session of the principal, which is its token from now on.
  renew(principal) {
    if (principal !== 'nobody' && principal !== 'expired') this.tokens[principal] = this.house.token(principal);
    return this.tokens[principal];
  }

  // Somebody new with a dossier that the law still keeps; a citizen goes on as this person, whose end harms nobody.
  newcomer(principal) {
    const token = this.renew(principal);
    if (!principal.startsWith('citizen')) return;
    const subject = this.one(`WITH s AS (INSERT INTO subject (kind, name) VALUES ('PERSON', 'Người Mới') RETURNING id)
      INSERT INTO person (id, born_on) SELECT id, '2000-01-01' FROM s RETURNING id`);
    this.one(`WITH d AS (INSERT INTO dossier (code, procedure_version, applicant, submitter, channel, received_agency, competent_agency, state, submitted_at, seq)
      SELECT regexp_replace(f.code, '-[0-9]+$', '-' || (8000000 + ${subject})), v.id, ${subject}, ${subject}, f.channel, f.received_agency, f.competent_agency, 'RETURNED', now(), 1
        FROM dossier f, procedure_version v JOIN procedure p ON p.id = v.procedure WHERE f.code = '${this.fixed}' AND p.field = 'residence' LIMIT 1 RETURNING *)
      INSERT INTO dossier_event (dossier, seq, at, event, to_state, actor_kind, actor_name, applicant, submitter, received_agency, competent_agency)
      SELECT id, 1, now(), 'submit', 'RETURNED', 'SYSTEM', 'x', applicant, submitter, received_agency, competent_agency FROM d;
      UPDATE session SET subject = ${subject} WHERE id = '${decodeJwt(token).sid}'`);
  }

  // What signing in as the principal takes.
  code(principal, options = {}) {
    const who = faces[principal] ?? 'newcomer';
    return this.issuer.code(who, { client: who.startsWith('officer') ? 'officers' : 'citizens', ...options });
  }

  // A change that must be made.
  async make(principal, field, input) {
    const type = `${field[0].toUpperCase()}${field.slice(1)}Input!`;
    const data = await this.client.data(`mutation($input: ${type}) { it: ${field}(input: $input) { __typename ... on Failure { message } ... on GuardFailed { problems { path message } } } }`,
      { token: this.tokens[principal], variables: { input: { idempotencyKey: key(), ...input } } });
    assert.match(data.it.__typename, /^(DossierChanged|TaskAnswered)$/, `${field}: ${JSON.stringify(data.it)}`);
  }

  // A dossier of the citizen that waits for something, given to the officer; gives its code.
  async waiting(state) {
    const [from, principal, field, input] = {
      INTAKE_SUPPLEMENT: ['SUBMITTED', 'officer', 'askIntakeSupplement', asked()], SUPPLEMENT_REQUIRED: ['PROCESSING', 'officer', 'askSupplement', asked()],
      INTERAGENCY: ['PROCESSING', 'officer', 'sendTask', this.task()], PAYMENT_REQUIRED: ['PROCESSING', 'officer', 'demandFee', fee()],
      WITHDRAW_REQUESTED: ['PROCESSING', 'citizen', 'requestWithdraw', {}],
    }[state];
    const code = await this.dossier(from);
    this.one(`UPDATE dossier SET processor = 1 WHERE code = '${code}' AND received_at IS NOT NULL`);
    await this.make(principal, field, { code, ...input });
    return code;
  }

  // A dossier of the citizen that was withdrawn after its fee was paid; gives its code.
  async refunding() {
    const code = await this.waiting('PAYMENT_REQUIRED');
    await this.make('officer', 'recordPayment', { code, demand: this.open('fee_demand', code), amountDong: 1000, reference: `BL ${code}` });
    await this.make('citizen', 'requestWithdraw', { code });
    await this.make('officer', 'decideWithdrawal', { code, approve: true, papersReturned: true });
    return code;
  }

  task(title = 'Xác nhận tình trạng cư trú') {
    return { agency: this.one('SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 3'), title, until: inDays(1) };
  }

  // What a colleague of the officer's proposes to the head in a dossier of the citizen; its id.
  async signature(by = 2, state = 'PROPOSED') {
    const code = await this.dossier('PROCESSING');
    return this.one(`INSERT INTO signature_request (dossier, agency, event, args, seq, proposed_by, proposer_name, proposed_at, state, decided_by, decider_name, decided_at, answer)
      SELECT d.id, d.competent_agency, 'stop', '{"reason": "x", "legalBasis": "Điều 8", "note": "x", "noteInternal": "x", "until": "2099-01-01T00:00:00Z", "dueAt": "2099-01-01T00:00:00Z",
          "parts": [{"name": "Căn cước", "part": "ID", "note": "x"}]}', d.seq, o.id, o.name, now(), '${state}', ${state === 'RETURNED' ? '1, o.name, now(), \'x\'' : 'NULL, NULL, NULL, NULL'}
        FROM dossier d, officer o WHERE d.code = '${code}' AND o.id = ${by} RETURNING public_id`);
  }

  // What a dossier waits for: the ids of its parts that are missing, of its open task, of what is to be paid.
  missing(code) {
    return this.one(`SELECT i.public_id FROM supplement_item i JOIN dossier d ON d.id = i.dossier WHERE d.code = '${code}' AND i.received_at IS NULL ORDER BY i.id`).split('\n');
  }

  open(table, code) {
    const where = { inter_agency_task: "t.state = 'SENT'", fee_demand: 't.paid_at IS NULL' }[table];
    return this.one(`SELECT t.public_id FROM ${table} t JOIN dossier d ON d.id = t.dossier WHERE d.code = '${code}' AND ${where} ORDER BY t.id LIMIT 1`);
  }

  // A dossier in which all of it has been: what was missing is there, a task is answered, a fee paid; gives its code. Another task of officer3's agency is open.
  async handled() {
    const code = await this.waiting('SUPPLEMENT_REQUIRED');
    await this.make('officer', 'receiveItems', { code, items: this.missing(code), digitised: true });
    await this.make('officer', 'demandFee', { code, ...fee() });
    await this.make('citizen', 'payDossier', { code, demand: this.open('fee_demand', code), method: 'TRANSFER' });
    await this.make('officer', 'recordPayment', { code, demand: this.open('fee_demand', code), amountDong: 1000, reference: `BL ${code}` });
    await this.make('officer', 'sendTask', { code, ...this.task() });
    await this.make('officer', 'sendTask', { code, ...this.task('Trích lục bản đồ') });
    await this.make('officer3', 'acceptTask', { code, task: this.open('inter_agency_task', code) });
    await this.make('officer3', 'answerTask', { code, task: this.open('inter_agency_task', code), outcome: 'DONE', answer: 'Đã xác nhận.' });
    return code;
  }

  // A dossier of the citizen at the officer's agency; gives its code.
  async dossier(state, note = null) {
    const token = this.tokens.officer;
    const { code } = await handIn(this.client, this.tokens.citizen, this.filed);
    const moves = [() => acceptIt(this.client, token, code, { note }), () => this.change(assign, { code, note }),
      () => this.change(complete, { code, outcome: 'GRANTED', eResult: 'KQ-1', note }),
      () => this.change(handOver, { code, ...this.given(), note })];
    for (const move of moves.slice(0, steps.indexOf(state))) {
      const moved = await move();
      assert.ok(moved.dossier, JSON.stringify(moved));
    }
    return code;
  }

  // Handing over, to the citizen.
  given() {
    return { receiver: this.one('SELECT name FROM subject WHERE id = 1'), delivery: 'COUNTER' };
  }

  async change(document, input) {
    const data = await this.client.data(document, { token: this.tokens.officer, variables: { input: { idempotencyKey: key(), ...input } } });
    return Object.values(data)[0];
  }

  async registerDevice(principal) {
    const { registerDevice } = await this.client.data(`mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } } }`,
      { token: this.tokens[principal], variables: { input: { idempotencyKey: key(), kind: 'FCM', address: key() } } });
    return registerDevice.device?.id;
  }

  async stop() {
    await this.house?.stop();
    this.database?.drop();
    await this.issuer?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
