// docs/partner.md is a session at a shell: its blocks are taken out of the page and run in order, and what they print is
// what the page says they print.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { House, root } from '../e2e/support.mjs';
import { blocksOf } from './blocks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'motcua-partner-'));
let house;
before(async () => {
  // The quotas that the page shows are those of an installation that sets none.
  house = await House.start('guide_partner', { settings: { MOTCUA_QUOTA_PARTNER_TEST_MINUTE: '6000', MOTCUA_QUOTA_PARTNER_TEST_DAY: '500000' } });
  await house.startWorker();
  house.database.sql("INSERT INTO seat (person, organisation, since) VALUES (1, 5001, current_date)");
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});
after(async () => {
  await house?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// The shell blocks in order, each with what the block after it says that it prints ('' when there is none).
function stepsOf(blocks) {
  const steps = [];
  for (const { language, text, line } of blocks) {
    if (language === 'sh') steps.push({ line, text, printed: '' });
    else if (language === 'text') steps.at(-1).printed = text;
    else {
      const [, name] = /^\/\/ (\S+\.mjs)\n/.exec(text) ?? assert.fail(`docs/partner.md:${line}: a file's block begins with its name`);
      writeFileSync(join(folder, name), text);
    }
  }
  return steps;
}

// '…' stands for anything in a line.
const pattern = (text) => new RegExp(`^${text.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+')}$`);
const mark = (line) => `--- docs/partner.md:${line}`;

// Bash, with what the page says is known: everything in one shell, as its reader has it.
function run(steps) {
  const script = join(folder, 'page.sh');
  writeFileSync(script, steps.map(({ line, text }) => `echo '${mark(line)}'\n${text}`).join('\n'));
  const node = dirname(process.execPath);
  return spawnSync('bash', ['-eu', '-o', 'pipefail', script], { cwd: folder, encoding: 'utf8', timeout: 90_000,
    env: { PATH: `${node}${delimiter}${process.env.PATH}`, MOTCUA: house.origin, CURL_CA_BUNDLE: house.certificate, NODE_EXTRA_CA_CERTS: house.certificate,
      TAX_CODE: house.database.sql('SELECT tax_code FROM organisation WHERE id = 5001'), ADMINISTRATOR: house.token('citizen') } });
}

test('R6: every block of the partner\'s guide runs and prints what the page says', () => {
  const steps = stepsOf(blocksOf('partner.md'));
  const { status, stdout, stderr } = run(steps);
  assert.ok(steps.filter(({ printed }) => printed).length >= 10, 'a page that prints nothing promises nothing');
  const printed = new Map(stdout.split(/^(?=--- docs\/partner\.md:\d+\n)/m).map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]));
  for (const step of steps) {
    const found = printed.get(mark(step.line));
    assert.notEqual(found, undefined, `${mark(step.line)}: not reached (${status})\n${stdout.slice(-2000)}\n${stderr}`);
    const [lines, expected] = [found, step.printed].map((text) => text.split(/\r?\n/).filter(Boolean));
    assert.equal(lines.length, expected.length, `${mark(step.line)}:\n${found}\n${stderr}`);
    for (const [i, line] of lines.entries()) assert.match(line, pattern(expected[i]), mark(step.line));
  }
  assert.equal(stderr, '');
  assert.equal(status, 0);
});
