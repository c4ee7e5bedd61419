// A certificate authority that lives as long as one test file, and the certificates it signs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'pipe', 'pipe'] });

export function makeAuthority(name = 'motcua test authority') {
  const place = mkdtempSync(join(tmpdir(), 'motcua-ca-'));
  const file = (base) => join(place, base);
  const caFile = file('ca.pem');
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', file('ca.key'), '-out', caFile);
  let number = 0;
  return {
    caFile,
    place,
    // names: 'DNS:localhost', 'IP:127.0.0.1'
    certificate(...names) {
      const stem = `leaf${++number}`;
      openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=leaf',
        '-keyout', file(`${stem}.key`), '-out', file(`${stem}.csr`));
      writeFileSync(file(`${stem}.ext`), `subjectAltName=${names.join(',')}\n`);
      openssl('x509', '-req', '-in', file(`${stem}.csr`), '-CA', caFile, '-CAkey', file('ca.key'), '-CAcreateserial',
        '-days', '2', '-extfile', file(`${stem}.ext`), '-out', file(`${stem}.pem`));
      return { key: readFileSync(file(`${stem}.key`)), cert: readFileSync(file(`${stem}.pem`)) };
    },
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}
