// A case is a request for graphql-harness, drawn by chance. A row of the table is a kind of case and how often it is drawn.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as g from 'graphql';
import { makeDocument } from './make_document.mjs';
import { makeVariables, Resolvers } from './make_run.mjs';
import { makeSchema } from './make_schema.mjs';
import { mutate } from './mutate.mjs';
import { lawfulSchemaOf, parseDocument, rules, validateDocument } from './reference.mjs';

// Beside the repository and not part of it: texts to mutate.
const vectors = path.resolve(import.meta.dirname, '../../../../shared/vectors/graphql');
const uses = 60;
const ruleNames = [...rules.map(({ name }) => name), 'NoDeprecatedCustomRule', 'NoSchemaIntrospectionCustomRule'];

function read(file, texts) {
  const name = path.join(vectors, file);
  if (!existsSync(name)) return [];
  const all = readFileSync(name, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).flatMap(texts);
  return all.filter((text) => typeof text === 'string' && text.isWellFormed() && text.length < 4000);
}

const values = ['{ a: [1, $v], b: "s" }', '[1.5e3, null, E, """b\n  c"""]', '"\\u{1F600}\\n"', '-0', '{ a: { b: { c: [] } } }'];

// What is read by functions of its own.
const small = {
  parseValue: values,
  parseConstValue: values,
  parseType: ['A', '[A]', '[A!]!', '[[A]!]'],
  parseSchemaCoordinate: ['A', 'A.b', 'A.b(c:)', '@d', '@d(e:)'],
};

const answersIntrospection = (schema) => Object.values(schema.getTypeMap()).some((type) =>
  !type.name.startsWith('__') && g.isObjectType(type) && Object.values(type.getFields()).some((field) => g.getNamedType(field.type).name.startsWith('__')));

export class Cases {
  constructor(chance) {
    this.chance = chance;
    this.left = 0;
    this.sources = read('parse.jsonl', ({ source }) => source);
    this.sdls = [...read('schema-validation.jsonl', ({ sdl }) => sdl), ...read('sdl-validation.jsonl', ({ sdl }) => sdl), ...read('build-schema.jsonl', ({ sdl }) => sdl)];
    const pairs = new Map();
    if (existsSync(vectors)) {
      for (const line of readFileSync(path.join(vectors, 'validate-all-derived.jsonl'), 'utf8').trim().split('\n')) {
        const { schema, query } = JSON.parse(line);
        if (!pairs.has(schema)) pairs.set(schema, []);
        pairs.get(schema).push(query);
      }
    }
    this.queries = pairs;
    this.givenSchemas = [...pairs.keys()];
  }

  /** The same schema serves many documents: it costs the judge most. */
  renew() {
    const { chance } = this;
    if (this.left-- > 0) return;
    this.left = uses;
    this.known = [];
    do {
      this.sdl = this.givenSchemas.length && chance.happens(20) ? chance.one(this.givenSchemas) : makeSchema(chance);
      this.schema = lawfulSchemaOf(this.sdl);
    } while (!this.schema?.getQueryType());
    this.known = this.queries.get(this.sdl) ?? [];
  }

  document(mistakes) {
    const { chance } = this;
    if (this.known.length && chance.happens(50)) return mutate(chance, chance.one(this.known));
    const text = makeDocument(chance, this.schema, mistakes);
    return mistakes > 0 && chance.happens(20) ? mutate(chance, text) : text;
  }

  sdlText() {
    const { chance } = this;
    const text = this.sdls.length && chance.happens(50) ? chance.one(this.sdls) : makeSchema(chance);
    return chance.happens(80) ? mutate(chance, text) : text;
  }

  anyText() {
    const { chance } = this;
    if (this.sources.length && chance.happens(60)) return chance.one(this.sources);
    if (chance.happens(30)) return makeSchema(chance);
    this.renew();
    return makeDocument(chance, this.schema, 3);
  }

  parse() {
    const { chance } = this;
    const fn = chance.happens(85) ? 'parse' : chance.one(Object.keys(small));
    if (fn === 'parse') return { op: 'parse', fn, source: mutate(chance, this.anyText()) };
    const seed = chance.one(small[fn]);
    return { op: 'parse', fn, source: chance.happens(90) ? mutate(chance, seed) : seed };
  }

  lex() {
    return { op: 'lex', source: mutate(this.chance, this.anyText()) };
  }

  validate() {
    const { chance } = this;
    this.renew();
    const request = { op: 'validate', schema: this.sdl, query: this.document(chance.one([0, 2, 5, 12])) };
    if (chance.happens(15)) request.rule = chance.one(ruleNames);
    if (chance.happens(10)) request.hideSuggestions = true;
    return request;
  }

  sdl_() {
    const { chance } = this;
    if (chance.happens(60)) return { op: 'sdl', sdl: this.sdlText() };
    this.renew();
    return { op: 'sdl', sdl: this.sdlText(), baseSchema: this.sdl };
  }

  schema_() {
    return { op: 'schema', sdl: this.sdlText() };
  }

  introspect() {
    const sdl = makeSchema(this.chance);
    return lawfulSchemaOf(sdl) ? { op: 'introspect', sdl } : undefined;
  }

  execute() {
    const { chance } = this;
    this.renew();
    // The reference runs no schema that has them.
    if (this.schema.getDirective('defer') || this.schema.getDirective('stream')) return undefined;
    // Objects of the introspection's own types are the engine's to make, not a resolver's.
    if (answersIntrospection(this.schema)) return undefined;
    const query = this.document(chance.happens(85) ? 0 : 3);
    let document;
    try {
      document = parseDocument(query);
    } catch {
      return undefined;
    }
    const operations = document.definitions.filter(({ kind }) => kind === 'OperationDefinition');
    if (operations.some(({ operation }) => operation === 'subscription')) return undefined;
    const errors = validateDocument(this.schema, document);
    if (errors.length) return undefined;
    const operationName = operations.length > 1 ? chance.one(operations).name?.value : undefined;
    const variables = makeVariables(chance, this.schema, { definitions: operations.filter(({ name }) => !operationName || name?.value === operationName) }, chance.one([0, 0, 6]));
    const resolvers = new Resolvers(chance, this.schema, { faults: chance.happens(40) });
    const want = g.execute({ schema: this.schema, document, operationName, variableValues: variables, ...resolvers.options() });
    if (typeof want?.then === 'function') return undefined;
    return JSON.parse(JSON.stringify({ op: 'execute', schema: this.sdl, query, operationName, variables, trace: resolvers.trace, types: resolvers.types, validates: true, later: chance.happens(50), want }));
  }
}

export const kinds = {
  parse: { weight: 25, draw: 'parse', texts: ['source'] },
  lex: { weight: 10, draw: 'lex', texts: ['source'] },
  validate: { weight: 35, draw: 'validate', texts: ['query', 'schema'] },
  sdl: { weight: 7, draw: 'sdl_', texts: ['sdl', 'baseSchema'] },
  schema: { weight: 8, draw: 'schema_', texts: ['sdl'] },
  introspect: { weight: 1, draw: 'introspect', texts: ['sdl'] },
  execute: { weight: 14, draw: 'execute', texts: [] },
};

/** Endless; ask for kinds by name to draw only those. */
export function* drawCases(chance, names) {
  const cases = new Cases(chance);
  const bag = names.flatMap((name) => Array(kinds[name].weight).fill(name));
  while (true) {
    const request = cases[kinds[chance.one(bag)].draw]();
    const text = request && JSON.stringify(request);
    if (text && text.length < 200_000 && text.isWellFormed() && !/\\ud[89a-f]/i.test(text)) yield request;
  }
}
