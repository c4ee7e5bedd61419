// Documents by chance, from the schema alone: what is new in it is asked for without a word here.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getNamedType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType } from 'graphql';
import { root } from '../../e2e/support.mjs';

const folder = join(root, 'schema/graphql');
export const schema = buildSchema(readdirSync(folder).filter((name) => name.endsWith('.graphql')).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n'));

const depthMost = 5;
// What says who an object is; asked for wherever it is there.
const identities = ['id', 'code', 'clientId', 'reference'];

export const typesWithIdentity = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && !type.name.startsWith('__') && type.getFields().id).map(({ name }) => name);
export const mutationNames = Object.keys(schema.getMutationType().getFields());

const sliceNames = ['first', 'last'];
const bare = (type) => (isNonNullType(type) ? type.ofType : type);

/** One document being made: its text, its variables with how each is drawn, and the tree by which its answer is read. */
class Shape {
  constructor(chance) {
    this.chance = chance;
    this.variables = [];
  }

  // A literal, or the variable of something that is drawn for each request.
  argument({ name, type, defaultValue }, of) {
    const named = getNamedType(type);
    if (isListType(bare(type)) || isInputObjectType(named) || ['ID', 'String', 'Cursor', 'DateTime', 'Date', 'Dong'].includes(named.name)) {
      const variable = { name: `v${this.variables.length}`, argument: name, type, of };
      this.variables.push(variable);
      return { text: `$${variable.name}` };
    }
    if (isEnumType(named)) return { text: this.chance.one(named.getValues()).name };
    if (named.name === 'Boolean') return { text: String(this.chance.happens(50)) };
    const value = this.chance.between(1, 4);
    return { text: String(defaultValue ?? value), value };
  }

  arguments(field) {
    const { chance } = this;
    const slice = chance.one(sliceNames);
    const place = slice === 'first' ? 'before' : 'after';
    const chosen = field.args.filter((arg) => {
      if (isNonNullType(arg.type)) return true;
      if (sliceNames.includes(arg.name)) return arg.name === slice || !field.args.some(({ name }) => name === slice);
      return arg.name !== place && chance.happens(25) || (arg.name === 'after' && field.args.every(({ name }) => name !== 'before') && chance.happens(60));
    });
    const given = chosen.map((arg) => [arg.name, this.argument(arg, field.name)]);
    return { given: Object.fromEntries(given), text: given.length ? `(${given.map(([name, { text }]) => `${name}: ${text}`).join(', ')})` : '' };
  }

  field(field, prefix, depth) {
    const args = this.arguments(field);
    const key = `${prefix}${field.name}`;
    const child = isCompositeType(getNamedType(field.type)) ? this.selection(getNamedType(field.type), depth - 1) : null;
    return { key, name: field.name, args: args.given, child, text: `${prefix ? `${key}: ` : ''}${field.name}${args.text}${child ? ` ${child.text}` : ''}` };
  }

  fieldsOf(type, depth, prefix = '') {
    const fields = Object.values(type.getFields());
    const likely = Math.min(80, Math.round(400 / fields.length) + 15);
    const chosen = fields.filter((field) => identities.includes(field.name)
      || (isCompositeType(getNamedType(field.type)) ? depth > 0 && this.chance.happens(Math.max(likely, 35)) : this.chance.happens(likely)));
    return chosen.map((field) => this.field(field, prefix, depth));
  }

  selection(type, depth) {
    const { chance } = this;
    if (!isAbstractType(type)) {
      const fields = this.fieldsOf(type, depth);
      return { type: type.name, fields, text: `{ ${['__typename', ...fields.map(({ text }) => text)].join(' ')} }` };
    }
    const members = {};
    for (const member of schema.getPossibleTypes(type)) members[member.name] = this.fieldsOf(member, Math.min(depth, chance.between(0, 2)), `${member.name}_`);
    const texts = Object.entries(members).filter(([, fields]) => fields.length).map(([name, fields]) => `... on ${name} { ${fields.map(({ text }) => text).join(' ')} }`);
    return { type: type.name, members, text: `{ __typename ${texts.join(' ')} }` };
  }
}

const rootWeights = { dossier: 30, node: 25, viewer: 20, events: 8, procedures: 2, procedure: 1, clientStatus: 1 };
const weightOfNew = 10;

function rootField(chance) {
  const fields = Object.values(schema.getQueryType().getFields());
  const weights = fields.map(({ name }) => rootWeights[name] ?? weightOfNew);
  let at = chance.below(weights.reduce((sum, one) => sum + one, 0));
  return fields.find((_, i) => (at -= weights[i]) < 0);
}

const finished = (shape, kind, roots) => ({ roots, variables: shape.variables,
  query: `${kind}${shape.variables.length ? `(${shape.variables.map(({ name, type }) => `$${name}: ${type}`).join(', ')})` : ''} { ${roots.map(({ text }) => text).join(' ')} }` });

/** A query of one to three root fields. */
export function makeQuery(chance) {
  const shape = new Shape(chance);
  return finished(shape, 'query', chance.times(1, 3, (i) => shape.field(rootField(chance), `r${i}_`, chance.between(1, depthMost))));
}

/** A mutation, of that name if one is given; its input is the variable v0. */
export function makeMutation(chance, name = chance.one(mutationNames)) {
  const shape = new Shape(chance);
  const field = schema.getMutationType().getFields()[name];
  return { field, ...finished(shape, 'mutation', [shape.field(field, '', 3)]) };
}

/** A value of an input type; leaf(name, typeName) draws what stands in a scalar, undefined leaves an optional one away. */
export function valueOf(chance, name, type, leaf) {
  if (isNonNullType(type)) {
    const value = valueOf(chance, name, type.ofType, leaf);
    return value ?? leaf(name, getNamedType(type).name, true);
  }
  if (isListType(type)) return chance.times(1, 4, () => valueOf(chance, name, type.ofType, leaf));
  if (isEnumType(type)) return chance.one(type.getValues()).name;
  if (!isInputObjectType(type)) return leaf(name, type.name, false);
  const fields = Object.values(type.getFields()).map((field) => [field.name, isNonNullType(field.type) || chance.happens(50) ? valueOf(chance, field.name, field.type, leaf) : undefined]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
