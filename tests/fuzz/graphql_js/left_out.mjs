// Differences that are meant, by name, each with its reason. `is` sees the request and both answers.

import { parseDocument, printed } from './reference.mjs';

export const meant = [
  {
    why: 'What we print is read again as it was: behind `extend type A @b` an anonymous query is printed with its keyword.',
    is: (request, have, want) => request.op === 'parse' && have.ok && want.ok && !readsAgain(want.printed) && have.printed.replaceAll('query {', '{') === want.printed,
  },
  {
    why: 'An operation is no part of a type system document (section 3): a service refuses it, so its rules do not look into it.',
    is: ({ op, sdl }) => ['sdl', 'schema'].includes(op) && hasOperations(sdl),
  },
  {
    why: 'Behind a backslash the reference shows half of a character beyond U+FFFF; UTF-8 has no halves.',
    is: (request, have, want) => ![want.error, ...(want.errors ?? [])].every((error) => (error?.message ?? '').isWellFormed()),
  },
  {
    why: 'Our resolvers have types: that a scalar cannot represent a value is an error of ours, whose words show no value.',
    is: (request, have, want) => request.op === 'execute' && unfit(have) && JSON.stringify(have.data) === JSON.stringify(want.data) &&
      places(have) === places(want),
  },
];

function readsAgain(text) {
  try {
    return printed(parseDocument(text)) === text;
  } catch {
    return false;
  }
}

function hasOperations(sdl) {
  try {
    return parseDocument(sdl).definitions.some(({ kind }) => ['OperationDefinition', 'FragmentDefinition'].includes(kind));
  } catch {
    return false;
  }
}

const unfit = ({ errors }) => errors?.some(({ message }) => /^Expected a value of the scalar for field /.test(message));
const places = ({ errors }) => errors?.map(({ path, locations }) => JSON.stringify([path, locations])).sort().join();


export const leftOut = (request, have, want) => meant.some(({ is }) => is(request, have, want));
