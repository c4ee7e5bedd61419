// relay-compiler: our printed SDL compiles a page with a connection and a refetchable fragment, and the server
// answers the documents that it writes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { House, root } from '../e2e/support.mjs';

const page = `
import { graphql } from 'relay-runtime';
graphql\`
  query HomeQuery { viewer { ...Home_viewer } procedures(first: 2) { edges { node { id name } } } }
\`;
graphql\`
  fragment Home_viewer on Viewer
    @argumentDefinitions(count: { type: "Int", defaultValue: 3 }, cursor: { type: "Cursor" })
    @refetchable(queryName: "HomeDossiersQuery") {
    dossiers(first: $count, after: $cursor) @connection(key: "Home_dossiers") {
      edges { node { id code state ...Card_dossier } }
    }
  }
\`;
graphql\`
  fragment Card_dossier on Dossier @refetchable(queryName: "CardQuery") {
    dueAt
    timeline(last: 2) { edges { node { id event at } } }
  }
\`;
`;

let house;
let project;
let client;
before(async () => {
  house = await House.start('relay');
  client = house.client();
  project = mkdtempSync(join(tmpdir(), 'motcua-relay-'));
  mkdirSync(join(project, 'src'));
  writeFileSync(join(project, 'src/Home.js'), page);
  writeFileSync(join(project, 'schema.graphql'), house.command('schema').out);
  writeFileSync(join(project, 'package.json'), '{}');
  writeFileSync(join(project, 'documents.json'), '{}');
  writeFileSync(join(project, 'relay.config.json'), JSON.stringify({ src: './src', schema: './schema.graphql',
    language: 'javascript', eagerEsModules: true, noFutureProofEnums: false,
    persistConfig: { file: './documents.json', algorithm: 'SHA256' } }));
});
after(async () => {
  rmSync(project, { recursive: true, force: true });
  await house.stop();
});

const compile = () => execFileSync('node', [join(root, 'node_modules/relay-compiler/cli.js'), 'relay.config.json'],
  { cwd: project, encoding: 'utf8', stdio: 'pipe' });

test('relay-compiler takes our SDL, and its documents are answered page by page', async () => {
  compile();
  const written = readdirSync(join(project, 'src/__generated__')).sort();
  assert.deepEqual(written, ['CardQuery.graphql.js', 'Card_dossier.graphql.js', 'HomeDossiersQuery.graphql.js',
    'HomeQuery.graphql.js', 'Home_viewer.graphql.js']);
  const documents = Object.values(JSON.parse(readFileSync(join(project, 'documents.json'), 'utf8')));
  assert.equal(documents.length, 3);
  const named = (name) => documents.find((text) => text.includes(`query ${name}`));
  const token = house.token('citizen');

  const home = await client.data(named('HomeQuery'), { token });
  const { edges, pageInfo } = home.viewer.dossiers;
  assert.equal(edges.length, 3);
  assert.ok(pageInfo.hasNextPage && pageInfo.endCursor);

  const more = await client.data(named('HomeDossiersQuery'), { token, variables: { count: 2, cursor: pageInfo.endCursor } });
  assert.equal(more.viewer.dossiers.edges.length, 2);
  assert.notEqual(more.viewer.dossiers.edges[0].node.id, edges[2].node.id);

  const card = await client.data(named('CardQuery'), { token, variables: { id: edges[0].node.id } });
  assert.equal(card.node.__typename, 'Dossier');
  assert.ok(card.node.timeline.edges.length > 0);
});
