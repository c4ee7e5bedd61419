// The benchmark's own driver (bench.py of the copy) for the servers it knows: it compares their answers with its oracle, starts
// and measures them. PostgreSQL is pinned by us, for all alike.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export class Peers {
  // folder: the copy, with node_modules; env: where PostgreSQL is (PGHOST, PGPORT, PGUSER, PGDATABASE, BENCH_PGDATA).
  constructor(folder, env) {
    this.folder = folder;
    this.env = env;
  }

  #bench(...args) {
    return execFileSync('python3', ['bench.py', '--no-pin', ...args],
      { cwd: this.folder, env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 600_000 });
  }

  // Makes what is asked (variables) and what must be answered (oracle) on the way.
  verify(names) {
    const said = this.#bench('--server', names.join(','), '--verify-only');
    const wrong = said.split('\n').filter((line) => line.includes('WRONG'));
    if (wrong.length > 0) throw new Error(`a peer's answer differs from the oracle: ${wrong.join('; ')}`);
    return said.split('\n').filter((line) => / ok: /.test(line));
  }

  // Lines of JSON, or nothing where the workload has none.
  #lines(name) {
    const path = join(this.folder, 'work', name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
  }

  variables(workload) { return this.#lines(`vars.${workload}`); }
  oracle(workload) { return this.#lines(`oracle.${workload}`); }

  query(workload) {
    return readFileSync(join(this.folder, 'queries', `${workload === 'W3r' ? 'W3' : workload}.graphql`), 'utf8').replace(/\s+/g, ' ').trim();
  }

  measure(server, workload, layout, { seconds, warm, connections }) {
    const results = join(this.folder, 'work/once.jsonl');
    rmSync(results, { force: true });
    const said = this.#bench('--server', server, '--workload', workload, '--runs', '1', '--secs', String(seconds), '--warm', String(warm),
      '--conns', String(connections), '--layout', layout, '--results', results);
    if (!existsSync(results) || said.includes('WRONG')) throw new Error(`${server} ${workload}: ${said}`);
    const row = JSON.parse(readFileSync(results, 'utf8'));
    return { rate: row.rps, p50: row.p50_ms, p99: row.p99_ms, server: row.srv_cpu_s_per_1k * 1000, postgres: row.pg_cpu_s_per_1k * 1000,
      memory: row.rss_mb, body: row.body_bytes, errors: row.errors, others: row.other_cores };
  }
}
