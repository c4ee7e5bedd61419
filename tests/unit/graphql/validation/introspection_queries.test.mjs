// The queries that tools ask a schema with pass our limits as they are set by default.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as graphql17 from 'graphql';
import * as graphql15 from 'graphql15';
import * as graphql16 from 'graphql16';

const source = process.env.MOTCUA_SOURCE_DIR ?? path.resolve(import.meta.dirname, '../../../..');
const build = process.env.MOTCUA_BUILD_DIR ?? path.join(source, 'build/dev');
const folder = path.join(source, 'schema/graphql');
const schema = readdirSync(folder).filter((name) => name.endsWith('.graphql')).sort().map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');

function errorsOf(query) {
  const input = `${JSON.stringify({ op: 'validate', schema, query, limits: true })}\n`;
  const harness = spawnSync(path.join(build, 'bin/graphql-harness'), { input, encoding: 'utf8', timeout: 30_000 });
  assert.equal(harness.status, 0, harness.stderr);
  return JSON.parse(harness.stdout).errors;
}

// Version 17 may also ask for the deprecation of directives, which the September 2025 edition does not have.
const everything = { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true };

for (const [version, { getIntrospectionQuery }] of Object.entries({ 15: graphql15, 16: graphql16, 17: graphql17 })) {
  test(`the introspection query of graphql ${version} passes, bare and with all its options`, () => {
    assert.deepEqual(errorsOf(getIntrospectionQuery()), []);
    // Version 15 knows specifiedByURL by the name of a draft.
    assert.deepEqual(errorsOf(getIntrospectionQuery({ ...everything, specifiedByUrl: version !== '15' })), []);
  });
}

test('a query that goes around in the schema does not', () => {
  const around = '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }';
  assert.deepEqual(errorsOf(around).map(({ message }) => message), ['Maximum introspection depth exceeded']);
});
