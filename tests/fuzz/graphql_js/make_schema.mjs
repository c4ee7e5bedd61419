// Schemas by chance, as text. They are meant to be lawful; what is wrong with them mutation adds, or the caller finds out.
// Names are few and near each other, so that suggestions have something to suggest.

const fieldNames = ['name', 'names', 'nam', 'age', 'ages', 'node', 'nodes', 'owner', 'id', 'size', 'a', 'b', 'type', 'on'];
const argumentNames = ['first', 'fist', 'where', 'when', 'id', 'ids', 'if', 'a'];
const enumNames = ['RED', 'READ', 'BLUE', 'GREEN', 'GREY', 'A', 'B'];
const builtIn = ['Int', 'Float', 'String', 'Boolean', 'ID'];
const executable = ['QUERY', 'MUTATION', 'SUBSCRIPTION', 'FIELD', 'FRAGMENT_DEFINITION', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT', 'VARIABLE_DEFINITION'];
const typeSystem = ['SCHEMA', 'SCALAR', 'OBJECT', 'FIELD_DEFINITION', 'ARGUMENT_DEFINITION', 'INTERFACE', 'UNION', 'ENUM', 'ENUM_VALUE', 'INPUT_OBJECT', 'INPUT_FIELD_DEFINITION'];

const texts = ['', 'plain', 'two\nlines', 'a "quoted" \\ word', '  indented\n    more', 'ends with "', 'ěščř 한 \u{1f600}', '"""', 'tab\there', 'trailing \n', '\n\nblank', 'back\\'];

function descriptionOf(chance, indent) {
  if (!chance.happens(12)) return '';
  const text = chance.one(texts);
  if (chance.happens(50)) return `${indent}${JSON.stringify(text)}\n`;
  return `${indent}"""${text.replaceAll('"""', '\\"""')}${/["\\]$/.test(text) ? '\n' : ''}"""\n`;
}

const distinct = (chance, pool, least, most) => {
  const left = [...pool];
  return chance.times(least, most, () => left.splice(chance.below(left.length), 1)[0]);
};

const bare = (type) => type.replace(/[[\]!]/g, '');

export class SchemaMaker {
  constructor(chance) {
    this.chance = chance;
    this.scalars = chance.some(['Any', 'Date'], 60);
    this.enums = chance.times(1, 2, (i) => ({ name: `Colour${i || ''}`, values: distinct(chance, enumNames, 1, 5) }));
    this.inputs = chance.times(1, 3, (i) => ({ name: ['Filter', 'Filer', 'Choice'][i], oneOf: chance.happens(30) }));
    this.interfaces = chance.times(0, 3, (i) => ({ name: ['Node', 'Nod', 'Named'][i] }));
    this.objects = chance.times(2, 4, (i) => ({ name: ['Dog', 'Cat', 'Doge', 'Human'][i] }));
    this.unions = chance.times(0, 2, (i) => ({ name: ['Pet', 'Pets'][i], members: distinct(chance, this.objects.map(({ name }) => name), 1, Math.min(3, this.objects.length)) }));
    this.directives = chance.times(0, 3, (i) => ({ name: ['mark', 'marks', 'note'][i] }));
  }

  wrapped(name, most = 2) {
    let type = name;
    if (this.chance.happens(30)) type += '!';
    while (most-- > 0 && this.chance.happens(25)) type = `[${type}]${this.chance.happens(30) ? '!' : ''}`;
    return type;
  }

  inputTypeName() {
    const { chance } = this;
    return chance.happens(60) ? chance.one([...builtIn, ...this.scalars]) : chance.one([...this.enums, ...this.inputs]).name;
  }

  outputTypeName() {
    const { chance } = this;
    if (chance.happens(45)) return chance.one([...builtIn, ...this.scalars, ...this.enums.map(({ name }) => name)]);
    return chance.one([...this.objects, ...this.interfaces, ...this.unions]).name;
  }

  /** A constant of an input type, mostly a fitting one. */
  constant(type, depth = 0) {
    const { chance } = this;
    if (type.endsWith('!')) return this.constantNotNull(type.slice(0, -1), depth);
    return chance.happens(15) ? 'null' : this.constantNotNull(type, depth);
  }

  constantNotNull(type, depth) {
    const { chance } = this;
    if (type.startsWith('[')) return `[${chance.times(0, 2, () => this.constant(type.slice(1, -1), depth + 1)).join(', ')}]`;
    const plain = { Int: ['0', '1', '-7', '2147483647'], Float: ['1.5', '2', '1e3', '-0.0', '1e21'], Boolean: ['true', 'false'], ID: ['"x"', '4'], String: ['"s"', '"""b"""', '"\\u00e9"'] };
    if (plain[type]) return chance.one(plain[type]);
    const values = this.enums.find(({ name }) => name === type)?.values;
    if (values) return chance.one(values);
    const input = this.inputs.find(({ name }) => name === type);
    if (!input) return chance.one(['1', '"any"', '{ a: [1, A] }', 'false']);
    if (depth > 2) return '{}';
    const fields = input.oneOf && input.fields?.length ? [chance.one(input.fields)] : chance.some(input.fields ?? [], 60);
    return `{ ${fields.map(({ name, type: of }) => `${name}: ${this.constant(of, depth + 1)}`).join(', ')} }`;
  }

  deprecated(percent = 8) {
    const { chance } = this;
    if (!chance.happens(percent)) return '';
    return chance.happens(50) ? ' @deprecated' : ` @deprecated(reason: ${JSON.stringify(chance.one(texts))})`;
  }

  value(name, type, oneOf = false) {
    const { chance } = this;
    const hasDefault = !oneOf && chance.happens(25);
    const required = type.endsWith('!') && !hasDefault;
    return { name, type, text: `${name}: ${type}${hasDefault ? ` = ${this.constant(type)}` : ''}${required ? '' : this.deprecated(5)}` };
  }

  arguments() {
    const { chance } = this;
    if (!chance.happens(35)) return [];
    return distinct(chance, argumentNames, 1, 3).map((name) => this.value(name, this.wrapped(this.inputTypeName())));
  }

  field(name, type = this.wrapped(this.outputTypeName()), args = this.arguments()) {
    const listed = args.length ? `(${args.map(({ text }) => text).join(', ')})` : '';
    return { name, type, args, text: `${name}${listed}: ${type}${this.deprecated()}` };
  }

  block(fields) {
    return ` {\n${fields.map((field) => `${descriptionOf(this.chance, '  ')}  ${field.text}\n`).join('')}}\n`;
  }

  /** Interfaces with the fields that their objects repeat. */
  makeInterfaces() {
    const { chance } = this;
    this.interfaces.forEach((one, i) => {
      one.parents = i > 0 && chance.happens(40) ? [this.interfaces[i - 1], ...this.interfaces[i - 1].parents] : [];
      one.fields = this.inherited(one.parents, distinct(chance, fieldNames, 1, 3));
    });
    for (const one of this.objects) {
      const chosen = chance.some(this.interfaces, 50);
      one.parents = [...new Set(chosen.flatMap((parent) => [parent, ...parent.parents]))];
      one.fields = this.inherited(one.parents, distinct(chance, fieldNames, 1, 5));
    }
  }

  inherited(parents, names) {
    const { chance } = this;
    const fields = new Map();
    for (const { fields: theirs } of parents) for (const field of theirs) if (!fields.has(field.name)) fields.set(field.name, field);
    for (const [name, field] of fields) {
      if (chance.happens(20) && !field.type.endsWith('!')) fields.set(name, this.field(name, `${field.type}!`, field.args));
    }
    for (const name of names) if (!fields.has(name)) fields.set(name, this.field(name));
    return [...fields.values()];
  }

  makeInputs() {
    const { chance } = this;
    for (const input of this.inputs) {
      const made = [];
      for (const name of distinct(chance, fieldNames, 1, 4)) {
        const type = this.wrapped(this.inputTypeName());
        // What must be given and leads around is unlawful.
        const loose = input.oneOf || this.inputs.some((other) => other.name === bare(type)) ? type.replace(/!$/, '') : type;
        made.push(this.value(name, loose, input.oneOf));
      }
      input.fields = made;
    }
  }

  print() {
    const { chance } = this;
    const parts = [];
    const add = (text) => parts.push(`${descriptionOf(chance, '')}${text}`);
    const implementing = ({ parents }) => (parents.length ? ` implements ${parents.map(({ name }) => name).join(' & ')}` : '');
    this.makeInputs();
    this.makeInterfaces();
    for (const name of this.scalars) add(`scalar ${name}${chance.happens(20) ? ' @specifiedBy(url: "https://example.org/s")' : ''}\n`);
    for (const { name, values } of this.enums) add(`enum ${name}${this.block(values.map((value) => ({ text: `${value}${this.deprecated()}` })))}`);
    for (const { name, oneOf, fields } of this.inputs) add(`input ${name}${oneOf ? ' @oneOf' : ''}${this.block(fields)}`);
    for (const one of this.interfaces) add(`interface ${one.name}${implementing(one)}${this.block(one.fields)}`);
    for (const one of this.objects) add(`type ${one.name}${implementing(one)}${this.block(one.fields)}`);
    for (const { name, members } of this.unions) add(`union ${name} = ${members.join(' | ')}\n`);
    for (const { name } of this.directives) {
      const args = this.arguments();
      const places = [...chance.some(executable, 50), ...chance.some(typeSystem, 20)];
      add(`directive @${name}${args.length ? `(${args.map(({ text }) => text).join(', ')})` : ''}${chance.happens(30) ? ' repeatable' : ''} on ${(places.length ? places : ['FIELD']).join(' | ')}\n`);
    }
    // Of a draft; the rules about them are in the edition's own list of the reference.
    if (chance.happens(10)) {
      add('directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT\n');
      add('directive @stream(if: Boolean! = true, label: String, initialCount: Int = 0) on FIELD\n');
    }
    const roots = { query: chance.happens(85) ? 'Query' : 'Root', mutation: chance.happens(50) && 'Mutation', subscription: chance.happens(50) && 'Subscription' };
    for (const name of Object.values(roots)) if (name) add(`type ${name}${this.block(distinct(chance, fieldNames, 2, 5).map((one) => this.field(one)))}`);
    if (roots.query === 'Root' || chance.happens(20))
      add(`schema {\n${Object.entries(roots).filter(([, name]) => name).map(([kind, name]) => `  ${kind}: ${name}\n`).join('')}}\n`);
    if (chance.happens(30)) parts.push(this.extension());
    return this.shuffled(parts).join('\n');
  }

  extension() {
    const { chance } = this;
    const one = chance.one(this.objects);
    return chance.one([
      () => `extend type ${one.name} {\n  extra${chance.below(3)}: Int\n}\n`,
      () => `extend enum ${this.enums[0].name} {\n  EXTRA\n}\n`,
      () => `extend type ${one.name} @deprecated\n`,
      () => `extend input ${this.inputs[0].name} {\n  extra: Int\n}\n`,
      () => 'extend schema @note\n',
    ])();
  }

  shuffled(parts) {
    for (let i = parts.length - 1; i > 0; i--) {
      const j = this.chance.below(i + 1);
      [parts[i], parts[j]] = [parts[j], parts[i]];
    }
    return parts;
  }
}

export const makeSchema = (chance) => new SchemaMaker(chance).print();
