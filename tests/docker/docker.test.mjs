// No container engine runs here; what can go wrong in the files alone is looked at instead.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';

// A program that has not been written yet cannot be held to anything.
const unwritten = ['server/main.c', 'workers/main.c', 'workers/config.def']
  .some((path) => !existsSync(new URL('../../' + path, import.meta.url)));
const root = new URL('../../', import.meta.url).pathname;
const read = (path) => readFileSync(root + path, 'utf8');
const packages = (...sections) =>
  execFileSync(root + 'tools/dev/packages.sh', ['--list', ...sections], { encoding: 'utf8' })
    .split('\n').filter(Boolean);
const sections = [...read('docker/packages.txt').matchAll(/^\[(\w+)\]$/gm)].map((found) => found[1]);

const compose = parse(read('docker/compose.yaml'), { merge: true });
const services = Object.entries(compose.services);

// Stages of the Dockerfile: name -> { from, lines }, continued lines joined.
const stages = new Map();
for (const line of read('docker/Dockerfile').replace(/\\\n\s*/g, ' ').split('\n')) {
  const from = /^FROM (\S+) AS (\S+)$/.exec(line);
  if (from) stages.set(from[2], { from: from[1], lines: [] });
  else if (/^[A-Z]+ /.test(line)) [...stages.values()].at(-1)?.lines.push(line);
}

const tracked = () =>
  execFileSync('git', ['-C', root, 'ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n').filter((path) => path && existsSync(root + path));

test('every section has packages, sorted and named once in the whole list', () => {
  assert.deepEqual(sections, ['run', 'build', 'migrate', 'local', 'test', 'bench']);
  const all = sections.flatMap((section) => {
    const names = packages(section);
    assert.ok(names.length > 0, `[${section}] is empty`);
    assert.deepEqual(names, [...names].sort(), `[${section}] is not sorted`);
    return names;
  });
  assert.equal(new Set(all).size, all.length, 'a package is named twice');
});

test('packages.txt is the only list: nothing else installs a Debian package by name', () => {
  const all = new Set(sections.flatMap((section) => packages(section)));
  const installs = tracked().filter((path) => !/\.(md|patch|mjs)$/.test(path) &&
    [...read(path).matchAll(/\bapt(?:-get)?\b[^\n]*\binstall\s+([^\n]*)/g)]
      .some((found) => found[1].split(/\s+/).some((word) => all.has(word))));
  assert.deepEqual(installs, []);
});

test('what the build of libh2o asks for by name is in the list', () => {
  const all = new Set(['apt', ...sections.flatMap((section) => packages(section))]);
  const asked = [...read('tools/h2o/build.sh').matchAll(/^\s*need(?:_header)? \S+ (\S+)$/gm)].map((found) => found[1]);
  assert.ok(asked.length > 0);
  assert.deepEqual(asked.filter((name) => !all.has(name)), []);
});

test('each built service has a stage, and images that run hold no compiler', () => {
  for (const [name, service] of services.filter(([, each]) => each.build)) {
    assert.equal(service.build.dockerfile, 'docker/Dockerfile', name);
    const stage = stages.get(service.build.target);
    assert.ok(stage, `${name}: no stage ${service.build.target}`);
    assert.equal(stage.from, 'base', name);
    assert.ok(stage.lines.includes('USER motcua'), `${name} runs as root`);
    assert.ok(!stage.lines.some((line) => /packages\.sh.*\b(build|test)\b/.test(line)), name);
  }
});

test('each command of the compose file is one its program has', { skip: unwritten }, () => {
  const words = {
    migrate: /\b(all)\)/.exec(read('schema/db/load.sh')),
    server: /serve/.exec(read('server/main.c')),
    worker: /run/.exec(read('workers/main.c')),
  };
  for (const [name, service] of services.filter(([, each]) => each.build)) {
    const entry = JSON.parse(/^ENTRYPOINT (.*)$/.exec(stages.get(service.build.target).lines.find((line) =>
      line.startsWith('ENTRYPOINT')))[1]);
    if (entry[0].includes('/')) assert.ok(existsSync(root + entry[0]), entry[0]);
    else assert.ok(stages.get(service.build.target).lines.some((line) => line.includes(`/bin/${entry[0]} `)), entry[0]);
    assert.equal(words[name]?.[words[name].length - 1], service.command[0], name);
  }
});

test('what a service waits for exists and can be waited for; volumes are declared', () => {
  for (const [name, service] of services) {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      assert.ok(compose.services[other], `${name} waits for ${other}`);
      if (condition === 'service_healthy') assert.ok(compose.services[other].healthcheck, other);
    }
    for (const volume of service.volumes ?? [])
      assert.ok(volume.split(':')[0] in compose.volumes, `${name}: ${volume}`);
    if (name !== 'migrate') assert.equal(service.healthcheck?.test[0], 'CMD', `${name} has no health check`);
  }
});

test('settings of the compose file are settings of the programs', { skip: unwritten }, () => {
  const known = new Set(['MOTCUA_ADMIN_URL']);
  for (const path of ['server/config.def', 'workers/config.def'])
    for (const row of read(path).matchAll(/^X\((\w+),/gm)) known.add('MOTCUA_' + row[1].toUpperCase());
  for (const name of ['migrate', 'server', 'worker'])
    for (const setting of Object.keys(compose.services[name].environment))
      assert.ok(known.has(setting), `${name}: ${setting}`);
});

// The scripts under tools/dev/ that a text calls, in order, with the words that say what of.
const steps = (text) =>
  [...text.matchAll(/tools\/dev\/(packages|npm|build)\.sh/g)].map((found) => found[1]);

test('the image is built by the steps of ./dev setup, in the same order', () => {
  const image = ['base', 'build'].flatMap((stage) => stages.get(stage).lines)
    .filter((line) => line.startsWith('RUN'));
  const inImage = steps(image.join('\n')).filter((step, at, all) => step !== all[at - 1]);
  assert.deepEqual(inImage, steps(read('tools/dev/setup.sh')));
  assert.ok(image.at(-1).endsWith('build.sh release'));
});
