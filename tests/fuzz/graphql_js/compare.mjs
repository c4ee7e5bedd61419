// Is an answer the reference's? Differences of words are told apart from all others.
import { isDeepStrictEqual } from 'node:util';

// Errors of a run come in no order, and ours carry a code of our own beside what the reference has.
function unordered(errors) {
  return (errors ?? []).map(({ extensions: { code, ...extensions } = {}, ...error }) => (Object.keys(extensions).length ? { ...error, extensions } : error))
    .map((error) => JSON.stringify(error, Object.keys(error).sort((a, b) => (a < b ? -1 : 1)))).sort();
}

const withoutWords = (answer) => JSON.parse(JSON.stringify(answer, (key, value) => (key === 'message' ? undefined : value)));
const data = (answer) => JSON.stringify('data' in answer ? answer.data : 'absent');

function run(have, want) {
  if (data(have) !== data(want)) return 'result';
  const [ours, theirs] = [have, want].map(({ errors }) => withoutWords(errors ?? []));
  if (unordered(ours).join() !== unordered(theirs).join()) return 'result';
  return unordered(have.errors).join() === unordered(want.errors).join() ? 'same' : 'words';
}

/** 'same', 'words' (only messages differ) or 'result'. */
export function difference(request, have, want) {
  if (have.harnessError) return 'result';
  if (request.op === 'execute') return run(have, want);
  if (isDeepStrictEqual(have, want)) return 'same';
  return isDeepStrictEqual(withoutWords(have), withoutWords(want)) ? 'words' : 'result';
}
