// npm graphql as the judge: what graphql-harness must answer. It is brought down to the September 2025 edition first.
import * as g from 'graphql';

// Not exported: the rules of the type system's language, and the parser's class.
const inner = (file) => import(new URL(file, import.meta.resolve('graphql')).href);
const { validateSDL } = await inner('validation/validate.mjs');
const { Parser } = await inner('language/parser.mjs');

/** What graphql 17 has and the edition does not (its sections 3.13 and 4.2.6). */
export const newerThanTheEdition = {
  // Of parse and validate: `{ }` is no selection set there (section 2.4).
  options: { allowEmptySelectionSets: false },
  locations: ['DIRECTIVE_DEFINITION', 'FRAGMENT_VARIABLE_DEFINITION'],
  introspection: { __Directive: ['isDeprecated', 'deprecationReason'] },
  introspectionArguments: { __Schema: ['directives'] },
  rules: ['MaxIntrospectionDepthRule'],
  // Directives on definitions of directives, and extensions of those (section 3.13).
  grammar: {
    parseDirectiveDefinition() {
      const start = this._lexer.token;
      const description = this.parseDescription();
      this.expectKeyword('directive');
      this.expectToken('@');
      const name = this.parseName();
      const args = this.parseArgumentDefs();
      const repeatable = this.expectOptionalKeyword('repeatable');
      this.expectKeyword('on');
      return this.node(start, { kind: 'DirectiveDefinition', description, name, arguments: args, directives: [], repeatable, locations: this.parseDirectiveLocations() });
    },
    parseDirectiveExtension() {
      throw this.unexpected(this._lexer.lookahead());
    },
  },
};

function bringDownToTheEdition() {
  const newer = new Set(newerThanTheEdition.locations);
  for (const name of Object.keys(newerThanTheEdition.grammar)) if (!(name in Parser.prototype)) throw new Error(`the parser has no ${name}`);
  Object.assign(Parser.prototype, newerThanTheEdition.grammar);
  delete g.DirectiveLocation.DIRECTIVE_DEFINITION;
  Object.assign(g.__DirectiveLocation, { _values: g.__DirectiveLocation.getValues().filter(({ name }) => !newer.has(name)), _nameLookup: null, _valueLookup: null });
  for (const directive of g.specifiedDirectives) directive.locations = directive.locations.filter((name) => !newer.has(name));
  for (const [type, fields] of Object.entries(newerThanTheEdition.introspection)) for (const field of fields) delete g[type].getFields()[field];
  for (const [type, fields] of Object.entries(newerThanTheEdition.introspectionArguments)) for (const field of fields) g[type].getFields()[field].args = [];
}

bringDownToTheEdition();

export const rules = g.specifiedRules.filter(({ name }) => !newerThanTheEdition.rules.includes(name));
export const printed = (node) => g.print(node);
export const parseDocument = (text) => g.parse(text, newerThanTheEdition.options);
export const validateDocument = (schema, document, named = rules, options = {}) => g.validate(schema, document, named, { ...newerThanTheEdition.options, ...options });
const ruleNamed = (name) => rules.find((rule) => rule.name === name) ?? g[name];

export const report = ({ message, locations }) => ({ message, locations: (locations ?? []).map(({ line, column }) => ({ line, column })) });

const schemas = new Map();

function build(sdl) {
  const document = parseDocument(sdl);
  if (validateSDL(document).length) return undefined;
  const schema = g.buildASTSchema(document, { assumeValidSDL: true });
  return g.validateSchema(schema).length ? undefined : schema;
}

/** The schema of a text that all rules of the type system find lawful; else nothing. */
export function lawfulSchemaOf(sdl) {
  if (!schemas.has(sdl)) {
    if (schemas.size > 50) schemas.clear();
    let schema;
    try {
      schema = build(sdl);
    } catch {
      schema = undefined;
    }
    schemas.set(sdl, schema);
  }
  return schemas.get(sdl);
}

function schemaOf(sdl) {
  const schema = lawfulSchemaOf(sdl);
  if (!schema) throw new Error('no lawful schema');
  return schema;
}

const syntax = (error) => {
  if (!(error instanceof g.GraphQLError)) throw error;
  return report(error);
};

function parse({ fn, source }) {
  try {
    const read = g[fn](source, newerThanTheEdition.options);
    return { ok: true, printed: g.print(read) };
  } catch (error) {
    return { ok: false, error: syntax(error) };
  }
}

function lex({ source }) {
  const lexer = new g.Lexer(new g.Source(source));
  const tokens = [];
  try {
    for (let kind = ''; kind !== '<EOF>';) {
      const token = lexer.advance();
      kind = token.kind;
      tokens.push({ kind, start: token.start, end: token.end, line: token.line, column: token.column, ...(token.value !== undefined && { value: token.value }) });
    }
    return { tokens };
  } catch (error) {
    return { tokens, error: syntax(error) };
  }
}

function validate({ schema, query, rule, hideSuggestions }) {
  let document;
  const against = schemaOf(schema);
  try {
    document = parseDocument(query);
  } catch (error) {
    return { errors: [syntax(error)] };
  }
  return { errors: validateDocument(against, document, rule ? [ruleNamed(rule)] : rules, { hideSuggestions: Boolean(hideSuggestions) }).map(report) };
}

function sdl({ sdl: source, baseSchema }) {
  const base = baseSchema === undefined ? undefined : schemaOf(baseSchema);
  try {
    return { errors: validateSDL(parseDocument(source), base).map(report) };
  } catch (error) {
    return { errors: [syntax(error)] };
  }
}

function schema({ sdl: source }) {
  let document;
  try {
    document = parseDocument(source);
  } catch (error) {
    return { errors: [syntax(error)] };
  }
  const errors = validateSDL(document);
  if (errors.length) return { errors: errors.map(report) };
  const built = g.buildASTSchema(document, { assumeValidSDL: true });
  return { errors: g.validateSchema(built).map(report), printed: g.printSchema(built) };
}

const everything = { specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true };
const introspect = ({ sdl: source }) => ({ data: g.introspectionFromSchema(schemaOf(source), everything) });

const answers = { parse, lex, validate, sdl, schema, introspect };

/** Undefined when the request is not one that can be judged. */
export function answer(request) {
  if (request.want) return request.want;
  try {
    return JSON.parse(JSON.stringify(answers[request.op](request)));
  } catch {
    return undefined;
  }
}
