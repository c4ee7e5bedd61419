// PostgreSQL alone: which statements a request sends, taken from PostgreSQL's log, and what pgbench
// makes of them.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicrosecondsOfPostgres } from './processes.mjs';

const roles = ['app_citizen', 'app_officer'];
const record = /^\S+ \S+ UTC \[\d+\] (\S*)\s+(LOG|DETAIL):\s+([^]*)$/;

export class Postgres {
  #place;
  #url;

  constructor(place, url) {
    this.#place = place;
    this.#url = url;
    this.postmaster = Number(readFileSync(join(place, 'pgdata/postmaster.pid'), 'utf8').split('\n')[0]);
    // Values are kept out of every other log; this cluster holds samples alone.
    for (const role of roles) this.#sql(`ALTER ROLE ${role} SET log_parameter_max_length = -1`);
  }

  #sql(text) {
    return execFileSync('psql', ['-XAtq', '-d', this.#url, '-c', text], { encoding: 'utf8' }).trim();
  }

  async #logStatements(which) {
    this.#sql(`ALTER SYSTEM SET log_statement = '${which}'`);
    this.#sql('SELECT pg_reload_conf()');
    await sleep(300);
  }

  version() { return this.#sql('SHOW server_version').split(' ')[0]; }

  // What ACT makes the server send as ROLE: texts with $1, $2 as they are, and the values bound to them.
  async statementsOf(act, role) {
    const log = join(this.#place, 'pg/postgres.log');
    await this.#logStatements('all');
    const start = statSync(log).size;
    act();
    await sleep(200);
    const text = readFileSync(log).subarray(start).toString();
    await this.#logStatements('none');
    const statements = [];
    // A record begins with its time; its statement and its values may go over several lines.
    for (const each of text.split(/^(?=\d{4}-\d\d-\d\d [\d:.]+ UTC \[)/m)) {
      const [, user, , said] = record.exec(each) ?? [];
      if (user !== role) continue;
      const statement = /^execute [^:]*: ([^]*)$/.exec(said);
      if (statement) {
        const plain = statement[1].replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim().replace(/;$/, '');
        statements.push({ text: plain, values: new Map() });
      }
      const values = /^parameters: ([^]*)$/.exec(said.trim());
      if (values) statements.at(-1).values = valuesIn(values[1]);
    }
    return { role, statements, count: statements.length };
  }

  // pgbench binds its variables, so the statements stay prepared as the server has them.
  async alone(name, { role, statements }, connections, seconds) {
    const { script, variables } = scriptOf(statements);
    const path = join(this.#place, `${name}.pgbench`);
    writeFileSync(path, script);
    const before = cpuMicrosecondsOfPostgres(this.postmaster);
    const out = execFileSync('pgbench', ['-n', '-M', 'prepared', '-c', String(connections), '-T', seconds, '-f', path,
      ...variables.flatMap((each) => ['-D', each]), '-h', join(this.#place, 'pg'), '-U', role, 'motcua'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
    // The postmaster has an ended connection's CPU when it has waited for it.
    await sleep(200);
    const cpu = cpuMicrosecondsOfPostgres(this.postmaster) - before;
    const done = Number(/actually processed: (\d+)/.exec(out)[1]);
    const failed = Number(/failed transactions: (\d+)/.exec(out)?.[1] ?? 0);
    if (done === 0 || failed > 0) throw new Error(`pgbench ${name}: ${failed} failed\n${out}`);
    return {
      rate: Number(/tps = ([\d.]+)/.exec(out)[1]), mean: Number(/latency average = ([\d.]+)/.exec(out)[1]), cpu: cpu / done,
    };
  }
}

// The same without its access log: the inner list alone, which is what the statement would be.
export const unnoted = (script) => ({ ...script, statements: script.statements.map((each) =>
  ({ ...each, text: each.text.replace(/^WITH seen AS \(\s*(.*?)\s*\), noted AS \(.*$/, '$1') })) });

// The same from another session each time, so that no look repeats another.
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const everNew = (script) => ({ ...script, statements: script.statements.map((each) => {
  const session = each.text.startsWith('SELECT set_config') ? [...each.values].find(([, value]) => uuid.test(value))?.[0] : undefined;
  if (!session) return each;
  return { text: each.text.replace(new RegExp(`\\$${session}(?!\\d)`), 'gen_random_uuid()::text'),
    values: new Map([...each.values].filter(([number]) => number !== session)) };
}) });

const valuesIn = (text) => new Map([...text.matchAll(/\$(\d+) = (NULL|'(?:[^']|'')*')/g)]
  .map(([, number, value]) => [number, value === 'NULL' ? undefined : value.slice(1, -1).replaceAll("''", "'")]));

// A transaction of the server begins with its identity and is one round trip: one pipeline. pgbench
// refuses a variable that is empty, so an empty value or none stands in the text.
function scriptOf(statements) {
  const variables = [];
  const lines = [];
  statements.forEach(({ text, values }, at) => {
    if (at === 0 || text.startsWith('SELECT set_config')) {
      if (at > 0) lines.push('\\endpipeline');
      lines.push('\\startpipeline');
    }
    for (const [number, value] of values) if (value) variables.push(`v${at}_${number}=${value}`);
    const bound = (_, number) => {
      const value = values.get(number);
      if (value === undefined) return 'NULL';
      return value === '' ? "''" : `:v${at}_${number}`;
    };
    lines.push(`${text.replace(/\$(\d+)/g, bound)};`);
  });
  return { script: `${[...lines, '\\endpipeline'].join('\n')}\n`, variables };
}
