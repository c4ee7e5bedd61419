// Runs by chance: a document executed by the reference, its resolvers answering what chance says and writing it down, so that
// ours can answer the same.
import * as g from 'graphql';

const leaves = {
  Int: [0, 1, -5, 2147483647, true, '7', 1.5, 'x', 1e10, ''],
  Float: [0, 1.5, -2.25, 1e21, 3, true, '2.5', 'x'],
  String: ['', 'text', 'é\u{1f600}"\\\n', 4, true, 1.5],
  Boolean: [true, false, 1, 0, 'x'],
  ID: ['x', '', 7, 1.5],
};
const anything = [1, 'text', true, [1, 'a'], { a: { b: null } }, 1.5];

export class Resolvers {
  constructor(chance, schema, { faults }) {
    Object.assign(this, { chance, schema, faults, trace: {}, types: {} });
  }

  /** What is written down for a value of a type. */
  value(type, path, inList = false) {
    const { chance } = this;
    if (g.isNonNullType(type)) return chance.happens(this.faults ? 4 : 0) ? null : this.notNull(type.ofType, path, inList);
    return chance.happens(10) ? null : this.notNull(type, path, inList);
  }

  notNull(type, path, inList) {
    const { chance } = this;
    if (chance.happens(this.faults ? 4 : 0)) return chance.one([{ $throw: 'It broke.' }, { $throw: 'Late "é".', $ext: { why: 'x', n: 1 } }, { $error: 'An error.' }]);
    if (g.isListType(type)) return { $list: chance.times(0, 3, (i) => this.value(type.ofType, [...path, i], true)) };
    if (g.isEnumType(type)) return chance.happens(this.faults ? 4 : 0) ? 'NOWHERE' : chance.one(type.getValues()).name;
    if (g.isScalarType(type)) {
      const fitting = leaves[type.name];
      return { $leaf: fitting ? (chance.happens(this.faults ? 10 : 0) ? chance.one(fitting) : fitting[chance.below(2)]) : chance.one(anything) };
    }
    // An interface that nothing implements has no objects.
    if (g.isAbstractType(type) && !this.schema.getPossibleTypes(type).length) return null;
    if (g.isAbstractType(type)) this.types[JSON.stringify(path)] = chance.one(this.schema.getPossibleTypes(type)).name;
    return { $obj: true };
  }

  /** The written down as the reference's resolvers give it. */
  live(written, path, inList = false) {
    if (written === null || typeof written === 'string') return written;
    if ('$leaf' in written) return written.$leaf;
    if ('$list' in written) return written.$list.map((item, i) => this.live(item, [...path, i], true));
    if ('$error' in written) return new Error(written.$error);
    if ('$throw' in written) {
      const error = new Error(written.$throw);
      if (written.$ext) error.extensions = written.$ext;
      if (inList) return error;
      throw error;
    }
    return { at: JSON.stringify(path) };
  }

  options() {
    const keys = (at) => (at ? [...keys(at.prev), at.key] : []);
    return {
      rootValue: {},
      fieldResolver: (_source, args, _context, info) => {
        const path = keys(info.path);
        const v = this.value(info.returnType, path);
        this.trace[JSON.stringify(path)] = { f: `${info.parentType.name}.${info.fieldName}`, args, v };
        return this.live(v, path);
      },
      typeResolver: ({ at }) => this.types[at],
    };
  }
}

/** JSON for variables: mostly what their types want. */
export function makeVariables(chance, schema, document, mistakes) {
  const values = {};
  const operation = document.definitions.find(({ kind }) => kind === 'OperationDefinition');
  for (const { variable, type } of operation?.variableDefinitions ?? []) {
    const of = g.typeFromAST(schema, type);
    if (of && !chance.happens(15)) values[variable.name.value] = valueOf(chance, of, mistakes);
  }
  if (chance.happens(5)) values.unknown = 1;
  return values;
}

const wrong = [null, 1, -1, 1.5, 1e21, 'text', '', true, [], [1], [[1]], {}, { a: 1 }, { name: null, nmae: 2 }, 'RED', { id: { id: 1 } }, 3000000000];

const depthMax = 8;

function valueOf(chance, type, mistakes, depth = 0) {
  if (depth > depthMax) return null;
  if (chance.below(1000) < mistakes * 10) return chance.one(wrong);
  if (g.isNonNullType(type)) return valueNotNull(chance, type.ofType, mistakes, depth);
  return chance.happens(10) ? null : valueNotNull(chance, type, mistakes, depth);
}

function valueNotNull(chance, type, mistakes, depth) {
  const inner = (of) => valueOf(chance, of, mistakes, depth + 1);
  if (g.isListType(type)) return chance.happens(80) ? chance.times(0, 3, () => inner(type.ofType)) : inner(type.ofType);
  if (g.isEnumType(type)) return chance.one(type.getValues()).name;
  if (!g.isInputObjectType(type)) return chance.one({ Int: [0, -3, 2147483647, 2], Float: [1.5, 2, -1e-7], String: ['', 's', 'é'], Boolean: [true, false], ID: ['x', 4] }[type.name] ?? anything);
  const fields = Object.values(type.getFields());
  const chosen = type.isOneOf ? [chance.one(fields)] : fields.filter((field) => g.isRequiredInputField(field) || (depth < 3 && chance.happens(50)));
  return Object.fromEntries(chosen.map((field) => [field.name, inner(type.isOneOf ? g.getNullableType(field.type) : field.type)]));
}
