// What ../shared/bench/api/README.md asks of motcua, beside the peers measured in the same run.

const at = (found, workload, layout, server) => found.get(`${workload} ${layout} ${server}`);
const times = (found, workload, layout, peer) => at(found, workload, layout, 'motcua').rate / at(found, workload, layout, peer).rate;
const ours = (found, workload, layout = 'split') => at(found, workload, layout, 'motcua');

// is() gives a number, or nothing when a server it needs was not measured.
const targets = [
  ['W1', 'requests/s beside nginx over HTTP/2', '≥', 1, '×', (found) => times(found, 'W1', 'split', 'nginx-h2')],
  ['W1', 'server', '≤', 8, 'µs', (found) => ours(found, 'W1').server],
  ['W2', 'requests/s beside mercurius-sql1', '≥', 2, '×', (found) => times(found, 'W2', 'split', 'mercurius-sql1')],
  ['W2', 'server + PostgreSQL', '≤', 60, 'µs', (found) => ours(found, 'W2').server + ours(found, 'W2').postgres],
  ['W3', 'requests/s beside mercurius-sql1, split', '≥', 2, '×', (found) => times(found, 'W3', 'split', 'mercurius-sql1')],
  ['W3', 'requests/s beside mercurius-sql1, shared', '≥', 3, '×', (found) => times(found, 'W3', 'shared', 'mercurius-sql1')],
  ['W3', 'server', '≤', 40, 'µs', (found) => ours(found, 'W3').server],
  ['W3', 'PostgreSQL', '≤', 330, 'µs', (found) => ours(found, 'W3').postgres],
  ['W4', 'requests/s beside mercurius-sql1', '≥', 8, '×', (found) => times(found, 'W4', 'split', 'mercurius-sql1')],
  ['W5', 'requests/s beside mercurius', '≥', 10, '×', (found) => times(found, 'W5', 'split', 'mercurius')],
  ['all', 'memory of a process after the load', '≤', 40, 'MB', (found) => Math.max(...[...found].filter(([key]) => key.endsWith(' motcua')).map(([, { memory }]) => memory))],
];

const line = (cells) => `| ${cells.join(' | ')} |`;
export const table = (heads, rows) => [heads, heads.map((_, place) => (place === 0 ? '---' : '--:')), ...rows].map(line).join('\n');

// found: medians by "workload layout server".
export function verdicts(found) {
  return table(['workload', 'what', 'target', 'measured', ''], targets.flatMap(([workload, what, sign, wanted, unit, is]) => {
    let measured;
    try { measured = is(found); } catch { return []; } // something it needs was not asked for in this run
    const met = sign === '≥' ? measured >= wanted : measured <= wanted;
    return [[workload, what, `${sign} ${wanted} ${unit}`, `${measured.toPrecision(3)} ${unit}`, met ? 'met' : 'NOT MET']];
  }));
}

const round = (value, digits = 0) => (value === undefined ? '' : value.toFixed(digits));

export function figures(found) {
  return table(['workload', 'layout', 'server', 'req/s', 'p50 ms', 'p99 ms', 'server µs', 'PostgreSQL µs', 'Redis µs', 'memory MB', 'body B', 'errors', 'others, cores'],
    [...found].map(([key, row]) => [...key.split(' '), round(row.rate), round(row.p50, 2), round(row.p99, 1), round(row.server, 1), round(row.postgres, 1),
      round(row.redis, 1), round(row.memory), round(row.body), round(row.errors), round(row.others, 2)]));
}
