// Documents made by chance from the schema, asked by everybody at once for a while: each gets a proper answer,
// and what is valid is what the reference implementation says is valid. ANYTHING_SEED repeats a run.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildSchema, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isLeafType, isListType, isNonNullType,
  isUnionType, parse, validate } from 'graphql';
import { House, key, root } from './support.mjs';

const forMs = 60_000;
const directory = join(root, 'schema/graphql');
const schema = buildSchema(readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8')).join('\n'));
let house;
before(async () => { house = await House.start('anything', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_COST_MAX_APP: '1000000', MOTCUA_COST_MAX_OFFICER: '1000000', MOTCUA_COST_MAX_PARTNER: '1000000' } }); });
after(() => house.stop());

// Documents by chance: the same seed, the same documents.
class Chance {
  constructor(seed, words) {
    this.state = seed;
    this.words = words;
  }

  below(n) {
    this.state = (this.state * 1103515245 + 12345) % 2147483648;
    return Math.floor(this.state / 65536) % n;
  }

  of(list) {
    return list[this.below(list.length)];
  }

  value(type, name) {
    if (isNonNullType(type)) return this.value(type.ofType, name);
    if (isListType(type)) return `[${this.value(type.ofType, name)}]`;
    if (isEnumType(type)) return this.of(type.getValues()).name;
    if (isInputObjectType(type))
      return `{ ${Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || this.below(2))
        .map((field) => `${field.name}: ${this.value(field.type, field.name)}`).join(', ')} }`;
    if (type.name === 'Int') return String(this.of([-1, 0, 1, 2, 5, 20, 100, 101]));
    if (type.name === 'Boolean') return this.of(['true', 'false']);
    return JSON.stringify(this.of(this.words[name] ?? this.words[type.name] ?? this.words.String));
  }

  condition() {
    const condition = this.of(['true', 'false', '$yes', '$no']);
    if (condition.startsWith('$')) this.used.add(`${condition}: Boolean!`);
    return condition;
  }

  field(parent, depth) {
    const field = this.of(Object.values(parent.getFields()));
    const type = getNamedType(field.type);
    if ((!isLeafType(type) && depth <= 0) || ['endSession', 'requestErasure'].includes(field.name)) return '__typename';
    const given = field.args.filter((each) => (isNonNullType(each.type) && each.defaultValue === undefined) || this.below(3) === 0)
      .map((each) => `${each.name}: ${this.value(each.type, each.name)}`);
    const alias = given.length || this.below(4) === 0 ? `a${this.below(1000)}: ` : '';
    const directive = this.below(12) === 0 ? ` @${this.of(['skip', 'include'])}(if: ${this.condition()})` : '';
    return `${alias}${field.name}${given.length ? `(${given.join(', ')})` : ''}${directive}${
      isLeafType(type) ? '' : ` { ${this.selection(type, depth - 1)} }`}`;
  }

  selection(type, depth) {
    const made = isUnionType(type) ? [] : Array.from({ length: 1 + this.below(5) }, () => this.field(type, depth));
    if (isUnionType(type) || isInterfaceType(type))
      for (const each of schema.getPossibleTypes(type))
        if (this.below(3)) made.push(`... on ${each.name} { ${this.selection(each, depth - 1)} }`);
    if (isUnionType(type) && this.below(2)) made.push('... on Failure { code message retryable }');
    if (!made.length || this.below(4) === 0) made.push(`... @include(if: ${this.condition()}) { __typename }`);
    if (this.below(10) === 0 && !isUnionType(type)) {
      const name = `F${this.fragments.length}`;
      this.fragments.push('');
      this.fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${this.selection(type, depth - 1)} }`;
      made.push(`...${name}`);
    }
    return made.join(' ');
  }

  document() {
    this.used = new Set();
    this.fragments = [];
    const [kind, type] = this.below(3) ? ['query', schema.getQueryType()] : ['mutation', schema.getMutationType()];
    const selection = this.selection(type, 5);
    const variables = this.used.size ? `(${[...this.used].join(', ')})` : '';
    return `${kind}${variables} { ${selection} } ${this.fragments.join(' ')}`;
  }
}

test('whatever is asked gets a proper answer', async () => {
  const lines = (sql) => house.database.sql(sql).split('\n');
  const words = {
    Date: ['2026-11-27', '1999-12-31', '2100-01-01'],
    Dong: [-1, 0, 1, 75_000, 1_000_000_000_000, Number.MAX_SAFE_INTEGER],
    DateTime: ['2027-01-02T03:04:05+07:00', '1999-12-31T23:59:59Z', '2100-01-01T00:00:00.5+07:00'],
    String: ['khai', '', 'Đăng ký', 'á\n"', '%_\\', 'x'.repeat(300), '😀'],
    code: ['25741', '25753', ...lines('SELECT code FROM dossier WHERE applicant IN (1, 2) ORDER BY id LIMIT 20'), ...lines(`SELECT d.code FROM dossier d, officer o
      WHERE o.id = 1 AND d.received_agency = o.agency AND d.state IN ('SUBMITTED', 'ACCEPTED', 'COMPLETED') ORDER BY d.id DESC LIMIT 30`), '1.000656', 'x'],
    ID: [...lines(`(SELECT public_id FROM dossier WHERE applicant = 1 LIMIT 4) UNION ALL (SELECT id FROM dossier_event WHERE applicant = 1 LIMIT 4)
      UNION ALL (SELECT public_id FROM procedure LIMIT 3) UNION ALL (SELECT public_id FROM agency LIMIT 3) UNION ALL (SELECT public_id FROM subject LIMIT 2)`), 'x', ''],
    Cursor: ['', 'x'],
    Date: ['2024-06-01', '2026-11-27'],
    Dong: [0, 125000],
    Float: [10.98, 106.65, 91],
    search: ['Long Hoà', '25747', 'khai', ''],
    idempotencyKey: ['same', ...Array.from({ length: 20 }, key)],
    procedure: ['1.000656', '1.000894', 'x'],
    agency: ['H29.101', 'H29.1', 'x'],
    address: ['https://push.example/1', 'https://push.example/2', 'x'],
  };
  const seed = Number(process.env.ANYTHING_SEED ?? Date.now() % 1_000_000);
  console.log(`  ANYTHING_SEED=${seed}`);
  const chance = new Chance(seed, words);
  const tokens = [undefined, ...['citizen', 'citizen2', 'officer', 'field', 'partner'].map((actor) => house.token(actor))];
  const end = Date.now() + forMs;
  let asked = 0;

  const ask = async (client) => {
    while (Date.now() < end) {
      const document = chance.document();
      const variables = { yes: chance.below(4) > 0, no: chance.below(4) === 0 };
      const reply = await client.post(document, { token: chance.of(tokens), variables });
      asked++;
      const codes = (reply.json.errors ?? []).map(({ extensions }) => extensions.code);
      const context = `${reply.status} ${reply.text.slice(0, 500)}\n${document}`;
      assert.ok([200, 400].includes(reply.status), context);
      assert.ok(!codes.includes('INTERNAL_SERVER_ERROR'), context);
      if (!codes.includes('LIMIT_EXCEEDED'))
        assert.equal(codes.includes('GRAPHQL_VALIDATION_FAILED'), validate(schema, parse(document)).length > 0, context);
      for (const [, cursor] of reply.text.matchAll(/"(?:endCursor|cursor|startCursor)":"([^"]+)"/g))
        if (words.Cursor.length < 40) words.Cursor.push(cursor);
    }
  };
  await Promise.all(Array.from({ length: 6 }, () => ask(house.client())));
  console.log(`  ${asked} documents`);
  assert.ok(asked > 100);
  assert.equal((await house.metrics()).motcua_process_restarts_total, 0);
});
