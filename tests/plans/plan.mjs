// One statement asked as its viewer asks it: as the login, under the identity, with the plan the server's connections have
// (plan_cache_mode = force_generic_plan), and what PostgreSQL's auto_explain says it did, functions included.
import { spawnSync } from 'node:child_process';

const logins = { citizen: 'app_citizen', erased: 'app_citizen', partner: 'app_partner', team: 'app_partner', portal: 'app_partner', officer: 'app_officer',
  server: 'app_service', operator: 'app_service', worker: 'app_worker' };

// As superuser; all must succeed. Gives what was printed, and what was said beside it.
export function psql(url, text) {
  const done = spawnSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url], { input: text, encoding: 'utf8', maxBuffer: 1 << 28,
    env: { ...process.env, PGOPTIONS: '-c search_path=motcua,pg_temp' } });
  if (done.status !== 0) throw new Error(`psql: ${done.stderr.slice(-2000)}`);
  return { out: done.stdout.trim(), said: done.stderr };
}

// Settings of the server's logins (schema/db/roles.sql), and auto_explain's, which only a superuser may make.
const settings = `LOAD 'auto_explain'; SET plan_cache_mode = force_generic_plan; SET jit = off; SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0;
SET auto_explain.log_analyze = on; SET auto_explain.log_buffers = on; SET auto_explain.log_timing = off; SET auto_explain.log_nested_statements = on;
SET auto_explain.log_format = json; SET client_min_messages = log; SET auto_explain.log_min_duration = 0;`;

// The plans in the order in which they ended: those of functions first, the statement's last.
const plansIn = (said) => [...said.matchAll(/LOG:  duration: [^\n]* plan:\n(\{\n[^]*?\n\})/g)].map(([, json]) => JSON.parse(json));

// values are SQL, given is what a superuser does before; answer is what psql printed. Everything that is changed is rolled back.
export function explain(url, { text, viewer, identity, given = '', values }) {
  const bound = values.map((value, at) => (value === 'NULL' ? value : `:'v${at}'`));
  const worked = values.map((value, at) => `${value} AS v${at}`).filter((value) => !value.startsWith('NULL '));
  const { out, said } = psql(url, `\\o /dev/null
SELECT set_config('app.viewer', ${identity}, false);
BEGIN;
${given}
${worked.length > 0 ? `SELECT ${worked.join(', ')} \\gset` : ''}
${settings}
SET SESSION AUTHORIZATION ${logins[viewer]};
PREPARE asked AS ${text}
\\o
EXECUTE asked${bound.length > 0 ? `(${bound.join(', ')})` : ''};
ROLLBACK;
`);
  const plans = plansIn(said);
  return { plan: plans.at(-1), nested: plans.slice(0, -1), answer: out };
}

function* nodesOf(node) {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

// What was read of which table: rows by way of which scan, those thrown away included.
export function readsOf({ Plan: plan }) {
  return [...nodesOf(plan)].filter((node) => node['Relation Name'] && node['Actual Loops'] > 0 && /Scan/.test(node['Node Type'])).map((node) => ({
    table: node['Relation Name'], way: node['Node Type'], index: node['Index Name'],
    rows: node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)),
  }));
}

export const returned = ({ Plan: plan }) => plan['Actual Rows'];
export const blocks = ({ Plan: plan }) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];

// A line a node, for who has to mend it.
export function drawn({ 'Query Text': text, Plan: plan }) {
  const lines = [`  ${text.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim().slice(0, 160)}`];
  const draw = (node, depth) => {
    if (node['Actual Loops'] === 0) return; // was never asked
    const extra = ['Index Cond', 'Filter', 'Rows Removed by Filter', 'Recheck Cond'].filter((key) => node[key] !== undefined).map((key) => `${key}: ${node[key]}`).join('; ');
    lines.push(`  ${'  '.repeat(depth)}${node['Node Type']}${node['Relation Name'] ? ` on ${node['Relation Name']}` : ''}${node['Index Name'] ? ` by ${node['Index Name']}` : ''
    } rows=${node['Actual Rows']} loops=${node['Actual Loops']} blocks=${node['Shared Hit Blocks'] + node['Shared Read Blocks']}${extra ? ` (${extra.slice(0, 300)})` : ''}`);
    for (const child of node.Plans ?? []) draw(child, depth + 1);
  };
  draw(plan, 0);
  return lines.join('\n');
}
