// Documents by chance for a schema: lawful ones, or with a mistake in every so many choices.
import * as g from 'graphql';

const wrongNames = ['name', 'nmae', 'nodee', 'ag', 'first', 'firsts', 'x', 'Dog', 'Dogg', 'Filter', '__typename', '__schema', 'RED', 'on', 'id'];

export class DocumentMaker {
  constructor(chance, schema, mistakes) {
    this.chance = chance;
    this.schema = schema;
    this.mistakes = mistakes;
    this.types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
    this.composite = this.types.filter((type) => g.isCompositeType(type));
    this.inputs = this.types.filter((type) => g.isInputType(type));
  }

  wrong() {
    return this.chance.below(1000) < this.mistakes * 10;
  }

  name(right) {
    return this.wrong() ? this.chance.one(wrongNames) : right;
  }

  print() {
    const { chance } = this;
    this.fragments = chance.times(0, 3, (i) => ({ name: `F${i}`, type: chance.one(this.composite) }));
    // A fragment spreads only later ones, unless by mistake.
    const spread = (i) => this.fragments.slice(i);
    const operations = chance.times(1, chance.happens(15) ? 3 : 1, (i) => this.operation(i, spread(0)));
    const used = new Set();
    const bodies = this.fragments.map(({ name, type }, i) => {
      this.variables = null;
      return `fragment ${this.name(name)} on ${this.name(type.name)}${this.directives('FRAGMENT_DEFINITION')} ${this.set(type, spread(i + 1), 2)}`;
    });
    const all = [...operations, ...bodies].join('\n');
    for (const [, name] of all.matchAll(/\.\.\.\s*(F\d)/g)) used.add(name);
    const kept = bodies.filter((_, i) => used.has(this.fragments[i].name) || this.wrong());
    const parts = chance.happens(20) ? [...kept, ...operations] : [...operations, ...kept];
    return this.spaced(parts.join(chance.one(['\n', '\n\n', ' '])));
  }

  /** What changes nothing but places. */
  spaced(text) {
    const { chance } = this;
    if (!chance.happens(25)) return text;
    return text.replace(/ /g, () => chance.one([' ', ' ', ' ', '\n', ', ', '\r\n', '\t', ' # é\u{1f600}\n']));
  }

  operation(index, fragments) {
    const { chance } = this;
    const roots = [['query', this.schema.getQueryType()], ['mutation', this.schema.getMutationType()], ['subscription', this.schema.getSubscriptionType()]];
    const [kind, root] = chance.happens(70) ? roots[0] : chance.one(roots.filter(([, type]) => type || this.wrong()));
    this.variables = new Map();
    const directives = this.directives(kind.toUpperCase());
    const body = this.set(root ?? this.composite[0], fragments, 4, kind === 'subscription' && !this.wrong() ? 1 : undefined);
    const named = index > 0 || chance.happens(60);
    const variables = [...this.variables].map(([name, { type, constant }]) =>
      `$${name}: ${this.wrong() ? this.typeText() : type}${constant === undefined ? '' : ` = ${constant}`}${chance.happens(4) ? this.directives('VARIABLE_DEFINITION') : ''}`);
    if (this.wrong() && chance.happens(3)) return `{ ${chance.times(90, 130, (i) => `none${i}`).join(' ')} }`;
    if (this.wrong()) variables.push(`$unused: ${this.typeText()}`);
    if (kind === 'query' && !named && !variables.length && !directives) return body;
    const description = chance.happens(5) && !/^\{/.test(body) ? '"described" ' : '';
    return `${description}${kind}${named ? ` ${this.name(`Q${index}`)}` : ''}${variables.length ? `(${variables.join(', ')})` : ''}${directives} ${body}`;
  }

  typeText() {
    const { chance } = this;
    const type = (this.wrong() ? chance.one(this.types) : chance.one(this.inputs)).name;
    return chance.one([type, `${type}!`, `[${type}]`, `[${type}!]!`, this.name(type)]);
  }

  fieldsOf(type) {
    if (!g.isObjectType(type) && !g.isInterfaceType(type)) return [];
    return Object.values(type.getFields());
  }

  set(type, fragments, depth, most) {
    const { chance } = this;
    return `{ ${chance.times(1, most ?? chance.between(1, 4), () => this.selection(type, fragments, depth)).join(' ')} }`;
  }

  selection(type, fragments, depth) {
    const { chance } = this;
    const fields = this.fieldsOf(type);
    const within = fragments.filter((fragment) => this.wrong() || this.overlaps(type, fragment.type));
    if (within.length && chance.happens(20)) return `...${this.name(chance.one(within).name)}${this.directives('FRAGMENT_SPREAD')}`;
    if (this.wrong() && chance.happens(40)) return `...${chance.one(this.fragments)?.name ?? 'F0'}`;
    if (depth > 0 && chance.happens(fields.length ? 12 : 70)) return this.inline(type, fragments, depth);
    if (!fields.length || chance.happens(8)) return `${this.alias()}__typename`;
    if (type === this.schema.getQueryType() && chance.happens(4)) return this.introspection();
    return this.field(chance.one(fields), type, fragments, depth);
  }

  overlaps(a, b) {
    return g.isCompositeType(a) && g.isCompositeType(b) && g.doTypesOverlap(this.schema, a, b);
  }

  inline(type, fragments, depth) {
    const { chance } = this;
    const near = this.composite.filter((other) => this.overlaps(type, other));
    const other = this.wrong() ? chance.one(this.composite) : near.length ? chance.one(near) : type;
    const condition = chance.happens(80) ? ` on ${this.name(other.name)}` : '';
    return `...${condition}${this.directives('INLINE_FRAGMENT')} ${this.set(condition ? other : type, fragments, depth - 1)}`;
  }

  alias() {
    const { chance } = this;
    return chance.happens(12) ? `${chance.one(['a', 'b', 'name', 'x1'])}: ` : '';
  }

  introspection() {
    return this.chance.one([
      '__schema { types { name kind } }',
      '__type(name: "Dog") { kind name fields(includeDeprecated: true) { name args { name defaultValue } } }',
      `__type(name: ${this.wrong() ? 4 : '"Colour"'}) { enumValues { name isDeprecated } ofType { name } }`,
      '__schema { directives { name locations } queryType { name } }',
    ]);
  }

  field(field, type, fragments, depth) {
    const { chance } = this;
    const named = g.getNamedType(field.type);
    let leaf = g.isLeafType(named);
    if (!leaf && depth <= 0 && !this.wrong()) return '__typename';
    const args = this.arguments(field.args);
    if (this.wrong()) leaf = !leaf;
    const below = leaf ? '' : ` ${this.set(named, fragments, depth - 1)}`;
    const text = `${this.name(field.name)}${args}${this.directives('FIELD')}${below}`;
    // The same once more, to be merged.
    const again = chance.happens(5) ? ` ${field.name}${args}${below}` : '';
    return `${this.alias()}${text}${again}`;
  }

  arguments(definitions) {
    const { chance } = this;
    const given = definitions.filter((one) => (g.isRequiredArgument(one) ? !this.wrong() : chance.happens(50)));
    if (this.wrong()) given.push({ name: chance.one(wrongNames), type: g.GraphQLInt });
    if (given.length && this.wrong()) given.push(chance.one(given));
    if (!given.length) return '';
    return `(${given.map((one) => `${this.name(one.name)}: ${this.value(one.type, 0, one.defaultValue !== undefined)}`).join(', ')})`;
  }

  directives(location) {
    const { chance } = this;
    if (!chance.happens(10)) return '';
    const fitting = this.schema.getDirectives().filter(({ locations }) => this.wrong() || locations.includes(location));
    return fitting.length ? chance.times(1, chance.happens(20) ? 2 : 1, () => {
      const directive = chance.one(fitting);
      return ` @${this.name(directive.name)}${this.arguments(directive.args)}`;
    }).join('') : '';
  }

  value(type, depth, hasDefault) {
    const { chance } = this;
    if (this.wrong()) return chance.one(['1', '"s"', 'null', 'RED', 'true', '[1, [2]]', '{ a: 1 }', '{ name: { name: 1 } }', '1.5', '99999999999', '$nowhere', '[]', '{}', '"""b"""']);
    if (this.variables && chance.happens(20)) return this.variable(type, hasDefault);
    return this.literal(type, depth);
  }

  variable(type, hasDefault) {
    const { chance } = this;
    const same = [...this.variables].filter(([, one]) => one.text === String(type));
    if (same.length && chance.happens(60)) return `$${chance.one(same)[0]}`;
    const name = `v${this.variables.size}`;
    let text = String(type);
    if (text.endsWith('!') && hasDefault && chance.happens(30)) text = text.slice(0, -1);
    else if (!text.endsWith('!') && chance.happens(20)) text += '!';
    this.variables.set(name, { text: String(type), type: text, constant: chance.happens(25) ? this.literal(type, 1, true) : undefined });
    return `$${name}`;
  }

  literal(type, depth, constant = false) {
    const { chance } = this;
    if (depth > 20) return 'null';
    if (g.isNonNullType(type)) return this.notNull(type.ofType, depth, constant);
    return chance.happens(8) ? 'null' : this.notNull(type, depth, constant);
  }

  notNull(type, depth, constant) {
    const { chance } = this;
    const inner = (of) => (constant ? this.literal(of, depth + 1, true) : this.value(of, depth + 1, false));
    if (g.isListType(type)) return depth < 4 && chance.happens(80) ? `[${chance.times(0, 3, () => inner(type.ofType)).join(', ')}]` : this.literal(type.ofType, depth + 1, constant);
    if (g.isEnumType(type)) return this.name(chance.one(type.getValues()).name);
    if (g.isInputObjectType(type)) return this.object(type, depth, inner);
    const plain = { Int: ['0', '3', '-2147483648', '2147483647'], Float: ['1.5', '4', '-1e-7', '1E400'], Boolean: ['true', 'false'], ID: ['"x"', '4'], String: ['"s"', '"\\u{1F600} é"', '"""  b\n   c"""'] };
    return chance.one(plain[type.name] ?? ['1', '"any"', '{ a: [1, A] }', 'E', '1.0', 'null', '[]']);
  }

  object(type, depth, inner) {
    const { chance } = this;
    const fields = Object.values(type.getFields());
    const chosen = type.isOneOf && !this.wrong() ? [chance.one(fields)]
      : fields.filter((field) => (g.isRequiredInputField(field) ? !this.wrong() : depth < 3 && chance.happens(45)));
    if (chosen.length && this.wrong()) chosen.push(chance.one(chosen));
    return `{ ${chosen.map((field) => `${this.name(field.name)}: ${inner(type.isOneOf ? g.getNullableType(field.type) : field.type)}`).join(', ')} }`;
  }
}

export const makeDocument = (chance, schema, mistakes) => new DocumentMaker(chance, schema, mistakes).print();
