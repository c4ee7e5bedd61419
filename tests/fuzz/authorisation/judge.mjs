// Holds an answer against the rules: nothing in it that they do not allow, and, where it can be told, nothing missing
// that they allow.
import { isAlive, principal } from './draws.mjs';
import { agencyOf, rules, scopeMissing, scopesSay, seesDossier, seesTimeline, speaksFor } from './rules.mjs';

const presets = { dossiers: 20, timeline: 20, events: 50 };
const groups = { waiting: 'WAITING', supplement: 'SUPPLEMENT', received: 'RECEIVED', rejected: 'REJECTED', done: 'DONE' };
// What a server that works never answers to a document that is valid.
const faults = ['INTERNAL', 'INTERNAL_SERVER_ERROR', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'OVERLOADED', 'TIMEOUT'];

const newestFirst = (a, b) => (a.submitted_at === b.submitted_at ? b.id - a.id : Number(b.submitted_at) - Number(a.submitted_at));

export class Judge {
  constructor(world) {
    Object.assign(this, { world, seen: 0, shown: 0, cursors: [], times: {} });
  }

  /** What is wrong with the answer to a request, as { where, what, says }. before: the world before a mutation. */
  answer({ who, roots, variables, changed, before, wasAlive = isAlive(this.world, who) }, { status, json }) {
    Object.assign(this, { who, given: variables, before, strict: !changed && !json?.errors, found: [] });
    const codes = (json?.errors ?? []).map(({ extensions }) => extensions?.code);
    const fault = codes.find((code) => faults.includes(code));
    if (status >= 500 || fault || !json) this.#find('', `the server failed: ${status} ${fault ?? ''} ${json?.errors?.[0]?.message ?? ''}`);
    if (!wasAlive) {
      if (status !== 401 || json?.data) this.#find('', `a token that does not count was answered with ${status}`, 'Whoever comes with a token that is wrong, has run out or was ended is refused.');
      return this.found;
    }
    if (json?.data?.sandboxSignIn) this.who = this.#signedIn(json.data.sandboxSignIn);
    if (json?.data) for (const field of roots) this.#field(field, null, null, json.data[field.key], field.name);
    return this.found;
  }

  // Who signs somebody in is answered as that one: of the rules for a key none is weakened by it.
  #signedIn({ SignedIn_viewer: viewer }) {
    const session = [...this.world.session.values()].findLast(({ subject, sandbox_partner }) => sandbox_partner === this.who.me && subject === this.world.subjectByPublicId.get(viewer?.id)?.id);
    return session ? principal(this.world, session) : this.who;
  }

  #find(where, what, says = '') {
    this.found.push({ where, what, says });
  }

  #variable(field, name) {
    const argument = field.args[name];
    return argument?.text.startsWith('$') ? this.given[argument.text.slice(1)] : argument?.value;
  }

  // above: the row of the object that the field is of.
  #field(field, typeName, above, value, where) {
    if (this.strict) this.#missing(field, typeName, above, value, where);
    const scope = value !== null && value !== undefined && scopeMissing(this.who, typeName ?? 'Query', field);
    if (scope) this.#find(where, `shown to a key without ${scope}`, scopesSay);
    this.#value(field.child, value, where, above);
  }

  #value(selection, value, where, above) {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) {
      value.forEach((one, i) => this.#value(selection, one, `${where}.${i}`, above));
      return;
    }
    if (selection) this.#object(selection, value, where, above);
  }

  #object(selection, value, where, above) {
    const typeName = selection.members ? value.__typename : selection.type;
    const fields = selection.members?.[typeName] ?? selection.fields ?? [];
    const named = Object.fromEntries(fields.map((field) => [field.name, value[field.key]]));
    const rule = rules[typeName];
    const row = rule ? this.#judge(rule, typeName, named, where, above) : above;
    if (typeof named.endCursor === 'string') this.cursors.push(named.endCursor);
    for (const field of fields) this.#field(field, typeName, row, value[field.key], `${where}.${field.name}`);
  }

  #judge(rule, typeName, named, where, above) {
    const { world, who } = this;
    this.seen++;
    this.times[typeName] = (this.times[typeName] ?? 0) + 1;
    const row = rule.find(world, named, this.before, above);
    const name = `${typeName} ${named.id ?? named.code ?? named.reference}`;
    if (!row) {
      this.#find(where, `${name}: there is none`, rule.says);
      return undefined;
    }
    if (!rule.may(world, who, row)) this.#find(where, `${name} is shown`, rule.says);
    else this.shown++;
    for (const [field, { may, says }] of Object.entries(rule.fields ?? {}))
      if (named[field] && !may(world, who, row)) this.#find(`${where}.${field}`, `${field} of ${name} is shown`, says);
    if (this.before) return row;
    for (const [field, own] of Object.entries(rule.same ?? {}))
      if (field in named && named[field] !== own(row, world, who)) this.#find(`${where}.${field}`, `${name}: ${field} is ${JSON.stringify(named[field])}, not ${JSON.stringify(own(row, world, who))}`);
    return row;
  }

  // ---- what must be there ----

  #missing(field, typeName, row, value, where) {
    const must = typeName === null ? this.#mustAtRoot[field.name] : this.#mustOf[`${typeName}.${field.name}`];
    const what = must?.call(this, field, row, value);
    if (what) this.#find(where, what, 'What the rules allow is shown.');
  }

  #mustAtRoot = {
    viewer: (field, row, value) => (value === null) !== (this.who.kind === 'NOBODY') && 'the viewer is not who asks',
    dossier: (field, row, value) => {
      const dossier = this.world.byCode.get(this.#variable(field, 'code'));
      return dossier && value === null && seesDossier(this.world, this.who, dossier) && `Dossier ${dossier.code} is not shown`;
    },
    node: (field, row, value) => {
      const id = this.#variable(field, 'id');
      const type = ['Dossier', 'DossierEvent', 'Device', 'Procedure', 'Agency', 'Viewer'].find((name) => {
        const found = rules[name].find(this.world, { id });
        return found && rules[name].may(this.world, this.who, found) && !(['Procedure', 'Agency'].includes(name) && found.sandbox && this.who.environment !== 'TEST');
      });
      return type && value === null && `${type} ${id} is not shown`;
    },
    events: (field, row, value) => this.#missesEvents(field, value),
  };

  #mustOf = {
    'Dossier.applicant': (field, row, value) => row && value === null && rules.Dossier.fields.applicant.may(this.world, this.who, row) && `the applicant of ${row.code} is not shown`,
    'BulkDossier.dossier': (field, row, value) => {
      const dossier = this.world.byCode.get(row.code);
      if (value === null) return dossier && seesDossier(this.world, this.who, dossier) && `Dossier ${row.code} is not shown`;
      const { key } = field.child.fields.find(({ name }) => name === 'code');
      return value[key] !== row.code && `Dossier ${value[key]} is shown for ${row.code}`;
    },
    'Dossier.timeline': (field, row, value) => {
      const got = this.#items(field, value);
      if (!got || !row) return undefined;
      const most = seesTimeline(this.world, this.who, row) ? this.world.events.get(row.id).length : 0;
      return got.length !== Math.min(most, this.#variable(field, 'first') ?? presets.timeline) && `${got.length} of ${most} events of ${row.code} are shown`;
    },
    'Viewer.dossiers': (field, row, value) => {
      const got = this.#items(field, value);
      if (!got) return undefined;
      if ((field.args.relation?.text ?? 'OWN') !== 'OWN') return undefined;
      const group = field.args.group?.text;
      const wanted = this.#own().filter(({ state }) => !group || this.world.dossier_state.get(state).display_group === group).slice(0, this.#variable(field, 'first') ?? presets.dossiers);
      return JSON.stringify(got.map(({ id }) => id)) !== JSON.stringify(wanted.map((one) => one.public_id)) && `the list is [${got.map(({ code }) => code)}], not [${wanted.map(({ code }) => code)}]`;
    },
    'Viewer.sessions': (field, row, value) => {
      const wanted = [...this.world.session.values()].filter((session) => rules.Session.may(this.world, this.who, session)).length;
      return value.length !== Math.min(wanted, 100) && `${value.length} of ${wanted} sessions are shown`;
    },
    'Viewer.counts': (field, row, value) => this.#miscounts(field, value),
  };

  // The items of a page that begins at the front; undefined when it does not, or nobody asked for them.
  #items(field, value) {
    if (['after', 'before', 'last'].some((name) => this.#variable(field, name) !== undefined)) return undefined;
    const nodes = field.child.fields.find(({ name }) => name === 'nodes');
    if (nodes) return value[nodes.key];
    const edges = field.child.fields.find(({ name }) => name === 'edges');
    const node = edges?.child.fields.find(({ name }) => name === 'node');
    return node && value[edges.key].map((edge) => edge[node.key]);
  }

  // The viewer's own list, newest first.
  #own() {
    const { world, who } = this;
    if (who.kind === 'OFFICER') return world.ofAgency.get(agencyOf(world, who)) ?? [];
    return speaksFor(world, who).flatMap((subject) => world.ofApplicant.get(subject) ?? []).filter((dossier) => seesDossier(world, who, dossier)).sort(newestFirst);
  }

  #miscounts(field, value) {
    const { world, who } = this;
    if (who.countedAt !== world.turn) {
      const own = this.#own().filter((dossier) => who.kind !== 'OFFICER' || dossier.access_class === 'OPEN');
      const of = (group) => own.filter(({ state }) => world.dossier_state.get(state).display_group === group).length;
      Object.assign(who, { countedAt: world.turn, counts: { all: own.length, ...Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, of(group)])) } });
    }
    const wrong = field.child.fields.find(({ key, name }) => name in who.counts && value[key] !== who.counts[name]);
    return wrong && `${wrong.name} is ${value[wrong.key]}, not ${who.counts[wrong.name]}`;
  }

  // Of the first page, what is the viewer's own without any grant.
  #missesEvents(field, value) {
    const { world, who } = this;
    const got = value && this.#items(field, value);
    if (!got || !['CITIZEN', 'PARTNER'].includes(who.kind)) return undefined;
    const most = this.#variable(field, 'first') ?? presets.events;
    const last = got.length < most ? Infinity : world.dossier_event.get(got.at(-1)?.id)?.feed_no;
    const shown = new Set(got.map(({ id }) => id));
    const submitted = who.kind === 'PARTNER' ? (world.ofSubmitter.get(who.me) ?? []).filter((dossier) => seesDossier(world, who, dossier)) : [];
    const missed = [...this.#own(), ...submitted].flatMap(({ id }) => world.events.get(id)).find((event) => event.feed_no !== null && event.feed_no <= last && !shown.has(event.id));
    return missed && `DossierEvent ${missed.id} is not among the first`;
  }
}
