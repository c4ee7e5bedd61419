// Who asks, and for what: mostly for what somebody nearly may see.
import { randomUUID } from 'node:crypto';
import { badTokens } from './province.mjs';
import { valueOf } from './shapes.mjs';

const nearMost = 60;

/** Who comes with this session. */
export function principal(world, session) {
  const owner = session.kind === 'OFFICER' ? world.officer.get(session.officer) : world.subject.get(session.subject);
  return { kind: session.kind, me: owner.id, publicId: owner.public_id, name: owner.name, session: session.id, scopes: session.scopes,
    environment: session.environment, fault: 'good' };
}

export const nobody = { kind: 'NOBODY', me: null, scopes: [], fault: 'good' };

/** Does what the principal shows count at all? */
export const isAlive = (world, who) => {
  if (who.kind === 'NOBODY') return true;
  const session = world.session.get(who.session);
  return who.fault === 'good' && session !== undefined && session.ended_at === null && session.expires_at > world.now;
};

/** Everybody with a session, nobody, and some with a token that is none. */
export function principals(chance, world) {
  const people = [...world.session.values()].map((session) => principal(world, session));
  const forgers = badTokens.flatMap((fault) => chance.times(3, 3, () => ({ ...chance.one(people), fault })));
  return [nobody, nobody, nobody, ...people, ...forgers];
}

const some = (chance, rows, most = nearMost) => (rows.length <= most ? rows : Array.from({ length: most }, () => chance.one(rows)));

// Dossiers that a principal sees or nearly does: its own, of its organisations whatever its seat, granted ever, of the same
// applicants as those, submitted, of its agency and the next.
function near(chance, world, who) {
  const ids = [];
  const of = (map, key) => { for (const { id } of some(chance, map.get(key) ?? [])) ids.push(id); };
  if (who.kind === 'OFFICER') {
    const { agency } = world.officer.get(who.me);
    of(world.ofAgency, agency);
    for (const task of some(chance, [...world.inter_agency_task.values()].filter((one) => one.agency === agency))) ids.push(task.dossier);
    of(world.ofAgency, chance.one([...world.ofAgency.keys()]));
    return ids;
  }
  const whom = [who.me, ...(world.seatsOf.get(who.me) ?? []).map(({ organisation }) => organisation), ...(world.guests.get(who.me) ?? [])];
  for (const one of whom) of(world.ofApplicant, one);
  of(world.ofSubmitter, who.me);
  for (const one of world.sandboxOf.get(who.me) ?? []) of(world.ofApplicant, one);
  const grants = whom.flatMap((one) => world.grantsTo.get(one) ?? []);
  for (const grant of some(chance, grants, 2 * nearMost)) {
    ids.push(grant.dossier);
    if (chance.happens(30)) of(world.ofApplicant, grant.applicant);
  }
  return ids;
}

export class Draws {
  constructor(chance, world) {
    Object.assign(this, { chance, world, cursors: [] });
  }

  dossier(who) {
    const { chance, world } = this;
    who.near ??= near(chance, world, who);
    const id = who.near.length && chance.happens(75) ? chance.one(who.near) : undefined;
    return world.dossier.get(id) ?? world.byCode.get(chance.one(world.codes));
  }

  // An id of anything; mostly what is near.
  id(who) {
    const { chance, world } = this;
    const kinds = {
      40: () => this.dossier(who).public_id,
      65: () => chance.one(world.events.get(this.dossier(who).id)).id,
      73: () => world.subject.get(this.dossier(who).applicant).public_id,
      79: () => chance.one(this.#all('device')).public_id,
      84: () => chance.one(this.#all('session')).id,
      89: () => chance.one(this.#all('partner_key')).id,
      91: () => chance.one(this.#all('officer')).public_id,
      93: () => who.publicId ?? randomUUID(),
      95: () => chance.one(this.#all('agency')).public_id,
      96: () => chance.one(this.#all('procedure')).public_id,
      97: () => chance.one(this.#all('dossier_grant')).id,
      98: () => this.job(who),
      99: () => chance.one([...this.#all('webhook_endpoint'), ...this.#all('procedure_proposal')]).id,
      100: () => chance.one(['', 'x', '00000000-0000-0000-0000-000000000000', "' OR true --"]),
    };
    const at = chance.below(100);
    return Object.entries(kinds).find(([most]) => at < Number(most))[1]();
  }

  // Mostly of the partner itself, or of what the person administers.
  job(who) {
    const { chance, world } = this;
    const partners = [who.me, ...(world.seatsOf.get(who.me) ?? []).map(({ organisation }) => organisation)];
    const own = this.#all('bulk_job').filter(({ partner }) => who.kind !== 'OFFICER' && partners.includes(partner));
    return chance.one(own.length && chance.happens(60) ? own : this.#all('bulk_job')).public_id;
  }

  // One after the other, the same until the world is read again.
  #all(name) {
    if (this.turn !== this.world.turn) Object.assign(this, { turn: this.world.turn, lists: {} });
    return this.lists[name] ??= [...this.world[name].values()];
  }

  // What stands in a scalar of this name.
  scalar(who, name, type) {
    const { chance, world } = this;
    if (type === 'ID') return this.id(who);
    if (type === 'Cursor') return this.cursors.length && chance.happens(60) ? chance.one(this.cursors) : undefined;
    if (type === 'DateTime') return chance.one(['2026-11-01T08:00:00+07:00', '2027-03-01T08:00:00+07:00']);
    if (type === 'Date') return chance.one(['2026-11-01', '2027-03-01']);
    if (type === 'Int') return chance.between(1, 5);
    if (type === 'Boolean') return chance.happens(50);
    if (type === 'Dong') return 1000;
    if (type === 'Float') return chance.one([10.98, 11.05, 106.65, -91]);
    if (name === 'search' && chance.happens(50)) return chance.one(['tan', 'Long Hoà', '25747', 'thử nghiệm']);
    if (name.toLowerCase().includes('code')) return chance.happens(95) ? this.dossier(who).code : chance.one(this.#all('procedure')).code;
    if (name === 'externalDossierNo') return String(this.dossier(who).id);
    if (name === 'taxCode') return chance.one(this.#all('organisation')).tax_code;
    return chance.one(['đơn', 'LIVE', 'giay', 'x', String(world.turn)]);
  }

  variables(who, list) {
    const leaf = (name, type, must) => (name === 'jobId' ? this.job(who) : this.scalar(who, name, type)) ?? (must ? 'x' : undefined);
    return Object.fromEntries(list.map(({ name, argument, type, of }) => [name, valueOf(this.chance, of === 'bulkJob' ? 'jobId' : argument, type, leaf)]));
  }

  /** Cursors that answers have given are asked with by others. */
  keep(cursors) {
    for (const cursor of cursors) if (this.chance.happens(10)) this.cursors[this.cursors.length < 500 ? this.cursors.length : this.chance.below(500)] = cursor;
  }
}
