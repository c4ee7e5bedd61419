// Small changes of any text of the language, by chance: of tokens, and now and then of characters.

const piece = /"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|\.\.\.|[_A-Za-z]\w*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\s+|./gsu;

export const pieces = (text) => text.match(piece) ?? [];

const interesting = ['{', '}', '(', ')', '[', ']', ':', '!', '=', '|', '&', '@', '$', '...', '.', '..', '"', '"""', '#', ',', '-', '0', '00', '01', '1.', '1.e1', '1e', '.5', '0x1', '1a', '"\\u00e9"',
  '"\\u{1F600}"', '"\\uD83D\\uDE00"', '"\\uD83D"', '"\\u{110000}"', '"\\u{}"', '"\\x"', '"\\', '\u0000', '\u0007', '\ufeff', '\u{1f600}', 'é', '\r', '\r\n', '\n', '\t', '\'', '%', '?', '\\', ';', '*', '/',
  'null', 'true', 'false', 'on', 'query', 'mutation', 'subscription', 'fragment', 'extend', 'type', 'input', 'enum', 'union', 'interface', 'scalar', 'schema', 'directive', 'implements', 'repeatable',
  'Int', 'String', 'Boolean', 'ID', 'Float', '__typename', '__schema', '__type', '@deprecated', '@skip(if: true)', '@include(if: $v)', '@oneOf', '@specifiedBy(url: "u")', '"""\\""""""', '""" a\n  b """',
  'FIELD', 'OBJECT', 'QUERY', 'DIRECTIVE_DEFINITION', '2147483648', '-2147483649', '1e309', '"text"', 'Query', '= 1', '!]', '$v', '{}', '()', '[]', '__x', 'a', 'name'];

const changes = [
  (list, at) => list.splice(at, 1),
  (list, at) => list.splice(at, 0, list[at]),
  (list, at, chance) => list.splice(at, 0, chance.one(list)),
  (list, at, chance) => { list[at] = chance.one(list); },
  (list, at, chance) => { list[at] = chance.one(interesting); },
  (list, at, chance) => list.splice(at, 0, chance.one(interesting)),
  (list, at, chance) => { const other = chance.below(list.length); [list[at], list[other]] = [list[other], list[at]]; },
  (list, at, chance) => list.splice(at, chance.between(1, 8)),
  (list, at, chance) => { const from = chance.below(list.length); list.splice(at, 0, ...list.slice(from, from + chance.between(2, 12))); },
  (list, at, chance) => { const letters = [...list[at]]; letters.splice(chance.below(letters.length + 1), chance.below(2), chance.one([...'aeNx_0"\\{ ', ''])); list[at] = letters.join(''); },
  (list, at) => list.splice(at),
];

export function mutate(chance, text) {
  const list = pieces(text);
  for (let left = chance.between(1, 3); left > 0 && list.length; left--) chance.one(changes)(list, chance.below(list.length), chance);
  return list.join('');
}
