// The province in memory, as the superuser reads its plain tables: what the rules are asked about. Nothing here knows a
// policy, a view or a function of the database.
import { spawn } from 'node:child_process';

const list = (text) => (text === '{}' ? [] : text.slice(1, -1).split(','));
const number = (text) => (text === null ? null : Number(text));
const moment = (text) => (text === null || text === 'infinity' ? Infinity : Number(text));
const yes = (text) => text === 't';
const text = (value) => value;
const at = (column) => `CASE WHEN ${column} = 'infinity' THEN 'infinity' ELSE extract(epoch FROM ${column})::text END AS ${column}`;

// name: [key, where a row has changed since the mark can be told, columns with their readers].
const tables = {
  dossier: { key: 'id', large: true, columns: { id: number, public_id: text, code: text, applicant: number, submitter: number, received_agency: number,
    competent_agency: number, state: text, submitted_at: text, seq: number, sandbox: yes, access_class: text, clock: text, external_no: text },
  expressions: { submitted_at: '(extract(epoch FROM submitted_at) * 1000000)::bigint' } },
  dossier_event: { key: 'id', large: true, columns: { id: text, dossier: number, seq: number, event: text, from_state: text, to_state: text,
    actor_name: text, note: text, feed_no: number } },
  supplement_request: { key: 'id', columns: { id: number, public_id: text, dossier: number, no: number, stage: text, reason: text, resolved_at: text } },
  supplement_item: { key: 'id', columns: { id: number, public_id: text, request: number, dossier: number, name: text, note: text, how: text, part_code: text, received_at: text } },
  inter_agency_task: { key: 'id', columns: { id: number, public_id: text, dossier: number, agency: number, title: text, state: text, stage: text, answer: text } },
  fee_demand: { key: 'id', columns: { id: number, public_id: text, dossier: number, amount_dong: number, what: text, method: text, paid_at: text, cancelled_at: text } },
  issued_form: { key: 'id', columns: { id: number, public_id: text, dossier: number, kind: text, number: text, state: text } },
  subject: { key: 'id', columns: { id: number, public_id: text, kind: text, name: text, sandbox: yes } },
  organisation: { key: 'id', columns: { id: number, tax_code: text } },
  officer: { key: 'id', columns: { id: number, public_id: text, agency: number, name: text } },
  staff_grant: { key: 'id', order: 'no', columns: { id: text, officer: number, agency: number, role: text, starts_at: moment, ends_at: moment, withdrawn_at: moment } },
  staff_substitution: { key: 'id', order: 'no', columns: { id: text, agency: number, absent: number, substitute: number, starts_at: moment, ends_at: moment, ended_at: moment, with_administration: yes } },
  stored_paper: { key: 'id', columns: { id: number, public_id: text, owner: number, kind: text, title: text, state: text, source: text, withheld: yes, removed_at: text, agency: number } },
  procedure_result: { key: 'id', columns: { id: number, public_id: text, agency: number, number: text, kind: text, title: text, state: text, holder: number, paper: number, listed_by: number, attached_by: number } },
  result_import: { key: 'id', columns: { id: number, public_id: text, agency: number, imported_by: number } },
  dossier_part: { key: 'key', columns: { key: text, dossier: number, paper: number, name: text, source: text }, expressions: { key: "dossier || ' ' || no" } },
  result_file: { key: 'paper', columns: { paper: number, dossier: number, taken_back: text } },
  upload: { key: 'id', order: 'created_at, id', columns: { id: text, creator: number, officer: number, state: text, paper: number } },
  export_file: { key: 'id', order: 'no', columns: { id: text, subject: number } },
  delegation: { key: 'no', columns: { no: number, id: text, delegator: number, delegate: number, procedure: number, until: moment, revoked_at: text } },
  sandbox_person: { key: 'subject', columns: { subject: number, partner: number, face: text } },
  bulk_job: { key: 'id', columns: { id: number, public_id: text, partner: number, environment: text, state: text, total: number } },
  bulk_item: { key: 'key', columns: { key: text, job: number, reference: text, dossier: number, code: text }, expressions: { key: "job || ' ' || reference" } },
  webhook_endpoint: { key: 'id', order: 'no', columns: { id: text, partner: number, environment: text, url: text, state: text, removed_at: text } },
  seat: { key: 'id', order: 'no', columns: { id: text, person: number, organisation: number, role: text, until: moment, withdrawn_at: text } },
  dossier_grant: { key: 'no', columns: { no: number, id: text, dossier: number, grantee: number, applicant: number, kind: text, fields: list, until: moment, revoked_at: text, delegation: number } },
  device: { key: 'id', columns: { id: number, public_id: text, owner_subject: number, owner_officer: number, kind: text, address: text } },
  draft: { key: 'id', columns: { id: number, public_id: text, owner: number, applicant: number, channel: text, seq: number, expires_at: moment } },
  session: { key: 'id', order: 'kind, subject, officer, device, created_at, id', columns: { id: text, kind: text, subject: number, officer: number, partner_key: text, scopes: list, environment: text,
    device: text, expires_at: moment, stepped_up_at: moment, ended_at: text, sandbox_key: text, sandbox_partner: number } },
  partner: { key: 'id', columns: { id: number, state: text } },
  partner_key: { key: 'id', order: 'partner, kid', columns: { id: text, partner: number, kid: text, environment: text, scopes: list, expires_at: moment, revoked_at: text } },
  partner_guest: { key: 'key', columns: { key: text, partner: number, guest: number }, expressions: { key: "partner || ' ' || guest" } },
  agency: { key: 'id', columns: { id: number, public_id: text, code: text, name: text, sandbox: yes } },
  unit: { key: 'id', columns: { id: number, code: text, valid_from: text, sandbox: yes } },
  service_point: { key: 'id', columns: { id: number, public_id: text, name: text, sample: yes } },
  procedure: { key: 'id', columns: { id: number, public_id: text, code: text, sandbox: yes, level: text, field: text } },
  procedure_version: { key: 'id', columns: { id: number, public_id: text, procedure: number, no: number, name: text } },
  fee_rule: { key: 'id', columns: { id: number, public_id: text, procedure_version: number, amount_dong: number } },
  procedure_authority: { key: 'key', columns: { key: text, agency: number, level: text, field: text }, expressions: { key: "agency || ' ' || level || ' ' || coalesce(field, '')" } },
  procedure_proposal: { key: 'id', order: 'no', columns: { id: text, procedure: number, agency: number, state: text, proposed_by: number, version: number } },
  portal_message: { key: 'id', columns: { id: number, public_id: text, code: text, kind: text, agency: number, state: text, reason: text, tries: number } },
  dossier_sync: { key: 'key', columns: { key: text, adapter: text, dossier: number, agency: number, state: text, came_from: yes, why: text }, expressions: { key: "adapter || ' ' || dossier" } },
  dossier_state: { key: 'id', columns: { id: text, display_group: text } },
  dossier_transition: { key: 'id', columns: { id: text, event: text, from_state: text, actor_kinds: list, actor_roles: list, agency_scope: text, step_up: yes, proposers: list } },
  assignment_rule: { key: 'id', columns: { id: number, public_id: text, agency: number, kind: text, set_name: text } },
  signature_request: { key: 'id', columns: { id: number, public_id: text, dossier: number, agency: number, event: text, state: text, proposed_by: number, proposer_name: text, answer: text } },
};

function statement(name, mark) {
  const { columns, expressions = {}, large, order = '1' } = tables[name];
  const chosen = Object.keys(columns).map((column) => (expressions[column] ? `${expressions[column]} AS ${column}` : columns[column] === moment ? at(column) : column));
  return `COPY (SELECT ${chosen.join(', ')} FROM motcua.${name}${large && mark ? ` WHERE age(xmin) <= age('${mark}'::xid8::xid)` : ''} ORDER BY ${order}) TO STDOUT;`;
}

const escapes = { '\\n': '\n', '\\t': '\t', '\\r': '\r', '\\\\': '\\' };
const cell = (value) => (value === '\\N' ? null : value.includes('\\') ? value.replace(/\\[ntr\\]/g, (found) => escapes[found]) : value);

function rowOf(columns, line) {
  const cells = line.split('\t');
  const row = {};
  let i = 0;
  for (const [name, read] of columns) {
    const value = cell(cells[i++]);
    row[name] = value === null && read !== moment ? null : read(value);
  }
  return row;
}

/** A psql that stays and answers with what was written between two marks. */
class Superuser {
  constructor(url) {
    this.child = spawn('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.chunks = [];
    this.child.stdout.on('data', (chunk) => {
      this.chunks.push(chunk);
      if (chunk.includes('\x01end')) this.done?.();
    });
    this.child.on('exit', () => this.failed?.(new Error('psql has ended')));
  }

  async ask(sql) {
    this.chunks = [];
    const answered = new Promise((done, failed) => Object.assign(this, { done, failed }));
    this.child.stdin.write(`${sql}\n\\echo \x01end\n`);
    await answered;
    const whole = Buffer.concat(this.chunks).toString();
    return whole.slice(0, whole.indexOf('\x01end'));
  }

  end() {
    this.failed = undefined;
    this.child.stdin.end();
  }
}

const listed = (map, key, value) => {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
};
const without = (map, key, value) => map.set(key, map.get(key).filter((one) => one !== value));
const newestFirst = (a, b) => (a.submitted_at === b.submitted_at ? b.id - a.id : Number(b.submitted_at) - Number(a.submitted_at));

export class World {
  constructor(database) {
    this.superuser = new Superuser(database.adminUrl);
    for (const name of Object.keys(tables)) this[name] = new Map();
    Object.assign(this, { byCode: new Map(), byPublicId: new Map(), ofApplicant: new Map(), ofSubmitter: new Map(), ofAgency: new Map(),
      events: new Map(), grantsOf: new Map(), grantsTo: new Map(), seatsOf: new Map(), codes: [], eventIds: [] });
  }

  static async read(database) {
    const world = new World(database);
    await world.refresh();
    return world;
  }

  /** Reads what is new; gives what has changed, as { table, before, after }. */
  async refresh() {
    const names = Object.keys(tables);
    const first = !this.mark;
    await this.superuser.ask('SET ROLE app_worker; SELECT count(*) FROM motcua.assign_feed_numbers(10000); RESET ROLE;');
    const answer = await this.superuser.ask(`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_snapshot_xmin(pg_current_snapshot())::text;
${names.map((name) => `\\echo \x01${name}\n${statement(name, this.mark)}`).join('\n')}\nCOMMIT;`);
    const [head, ...parts] = answer.split('\x01');
    this.mark = head.trim();
    this.now = Date.now() / 1000;
    const changes = [];
    for (const part of parts) {
      const end = part.indexOf('\n');
      const name = part.slice(0, end);
      this.#take(name, part.slice(end + 1, -1), first ? null : changes);
    }
    this.#index(first);
    this.turn = (this.turn ?? 0) + 1;
    return changes;
  }

  #take(name, body, changes) {
    const { key, large, columns } = tables[name];
    const readers = Object.entries(columns);
    const known = this[name];
    const seen = new Map();
    for (const line of body === '' ? [] : body.split('\n')) {
      const row = rowOf(readers, line);
      seen.set(row[key], row);
      const before = known.get(row[key]);
      if (changes && JSON.stringify(before) !== JSON.stringify(row)) changes.push({ table: name, before, after: row });
      if (large) this.#put(name, before, row);
    }
    if (large) return;
    if (changes) for (const [id, before] of known) if (!seen.has(id)) changes.push({ table: name, before });
    this[name] = seen;
  }

  #put(name, before, row) {
    this[name].set(row.id, row);
    if (name === 'dossier_event') {
      if (before) this.events.set(row.dossier, this.events.get(row.dossier).map((one) => (one.id === row.id ? row : one)));
      else { listed(this.events, row.dossier, row); this.eventIds.push(row.id); }
      return;
    }
    const places = [[this.ofApplicant, 'applicant'], [this.ofSubmitter, 'submitter'], [this.ofAgency, 'received_agency'],
      ...(row.competent_agency === row.received_agency ? [] : [[this.ofAgency, 'competent_agency']])];
    for (const [map, column] of places) {
      if (before) without(map, before[column], before);
      listed(map, row[column], row);
      if (this.mark && this.turn) map.get(row[column]).sort(newestFirst);
    }
    if (!before) this.codes.push(row.code);
    this.byCode.set(row.code, row);
    this.byPublicId.set(row.public_id, row);
  }

  #index(first) {
    if (first) for (const map of [this.ofApplicant, this.ofSubmitter, this.ofAgency]) for (const rows of map.values()) rows.sort(newestFirst);
    this.grantsOf = new Map();
    this.grantsTo = new Map();
    this.grantsFrom = new Map();
    for (const row of this.dossier_grant.values()) { listed(this.grantsOf, row.dossier, row); listed(this.grantsTo, row.grantee, row); listed(this.grantsFrom, row.applicant, row); }
    for (const [name, table] of [['tasksOf', 'inter_agency_task'], ['itemsOf', 'supplement_item'], ['demandsOf', 'fee_demand']]) {
      this[name] = new Map();
      for (const row of this[table].values()) listed(this[name], row.dossier, row);
    }
    this.seatsOf = new Map();
    for (const row of this.seat.values()) listed(this.seatsOf, row.person, row);
    this.delegationsOf = new Map();
    for (const row of this.delegation.values()) { listed(this.delegationsOf, row.delegator, row); listed(this.delegationsOf, row.delegate, row); }
    this.sandboxOf = new Map();
    for (const row of this.sandbox_person.values()) listed(this.sandboxOf, row.partner, row.subject);
    const byPublicId = (map) => new Map([...map.values()].map((row) => [row.public_id, row]));
    const byId = (map) => new Map([...map.values()].map((row) => [row.id, row]));
    Object.assign(this, { subjectByPublicId: byPublicId(this.subject), officerByPublicId: byPublicId(this.officer), deviceByPublicId: byPublicId(this.device),
      supplementByPublicId: byPublicId(this.supplement_request), itemByPublicId: byPublicId(this.supplement_item), taskByPublicId: byPublicId(this.inter_agency_task),
      ruleByPublicId: byPublicId(this.assignment_rule), signatureByPublicId: byPublicId(this.signature_request),
      messageByPublicId: byPublicId(this.portal_message), syncOf: new Map([...this.dossier_sync.values()].map((row) => [row.dossier, row])),
      draftByPublicId: byPublicId(this.draft), demandByPublicId: byPublicId(this.fee_demand), formByPublicId: byPublicId(this.issued_form),
      agencyByPublicId: byPublicId(this.agency), pointByPublicId: byPublicId(this.service_point), procedureByPublicId: byPublicId(this.procedure),
      versionByPublicId: byPublicId(this.procedure_version), feeByPublicId: byPublicId(this.fee_rule),
      jobByPublicId: byPublicId(this.bulk_job), grantById: byId(this.dossier_grant), delegationById: byId(this.delegation), paperByPublicId: byPublicId(this.stored_paper), resultByPublicId: byPublicId(this.procedure_result), importByPublicId: byPublicId(this.result_import), partsOf: new Map(), guests: new Map() });
    for (const row of this.dossier_part.values()) listed(this.partsOf, row.paper, row);
    for (const { partner, guest } of this.partner_guest.values()) listed(this.guests, partner, guest);
  }

  end() {
    this.superuser.end();
  }
}
