// The same inbound messages twice and shuffled give the same dossiers and one receipt each: for a few in the fast lane, a thousand in the long one.
import assert from 'node:assert/strict';
import { filing, payment, send, supplement } from './national_portal.mjs';

// The same every time.
function* draws(seed) {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function shuffled(list, seed) {
  const draw = draws(seed);
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const k = Math.floor(draw.next().value * (i + 1));
    [copy[i], copy[k]] = [copy[k], copy[i]];
  }
  return copy;
}

// Of five messages two are dossiers, two supplements and one a payment; every third person files two dossiers.
function messagesOf(count, where) {
  const list = [];
  for (let i = 0; list.length < count; i++) {
    const code = `${where.agency}-261121-${700000 + i}`;
    const number = `0740900${String(10000 + Math.floor(i / 3) * 3).padStart(5, '0')}`;
    list.push(filing(code, { ...where, number, papers: [`Đơn ${i}`] }), supplement(code, [`Bổ sung ${i}`, `Bổ sung khác ${i}`], { DinhDanhCHS: number }));
    if (i % 2 === 0) list.push(payment(code, 10000 + i, `GD-${i}`));
  }
  return list.slice(0, count);
}

export async function anyOrder({ house, token, where, count, lanes = 4 }) {
  const messages = messagesOf(count, where).map((message, no) => ({ ...message, no }));
  const twice = shuffled([...messages, ...messages], 20261127);
  const receipts = new Map();
  const sendLane = async (lane) => {
    const client = house.client();
    for (let at = lane; at < twice.length; at += lanes * 10) {
      const batch = Array.from({ length: 10 }, (_, i) => twice[at + i * lanes]).filter(Boolean);
      for (const kind of [false, true]) {
        const part = batch.filter(({ isUpdating }) => isUpdating === kind);
        if (part.length === 0) continue;
        let reply;
        do reply = await send(client, token, part); while (reply.status === 503); // a lock: whoever has no answer sends all again
        assert.equal(reply.status, 200, reply.text);
        assert.equal(reply.json.error_code, '0', reply.text);
        reply.json.result.forEach(({ MaBienNhan }, i) => {
          const { no } = part[i];
          assert.equal(receipts.get(no) ?? MaBienNhan, MaBienNhan, 'a message has one receipt');
          receipts.set(no, MaBienNhan);
        });
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => sendLane(lane)));

  const one = (sql) => house.database.sql(sql);
  assert.equal(receipts.size, count);
  assert.equal(new Set(receipts.values()).size, count, 'and no other message has it');
  assert.equal(one('SELECT count(*) FROM portal_message'), String(count));

  // What must be there, whatever the order: of each code that was filed one dossier with all papers that came for it.
  const codes = [...new Set(messages.filter(({ isUpdating }) => !isUpdating).map(({ record }) => record.MaHoSo))];
  const expected = codes.map((code) => {
    const mine = messages.filter(({ record }) => record.MaHoSo === code);
    const papers = mine.flatMap(({ record }) => (record.TaiLieuNop ?? []).map(({ TenTepDinhKem }) => TenTepDinhKem)).sort();
    return `${code}|SUBMITTED|2|createDraft submit|${papers.join(',')}`;
  }).sort();
  assert.deepEqual(one(`SELECT d.code, d.state, d.seq, (SELECT string_agg(e.event, ' ' ORDER BY e.seq) FROM dossier_event e WHERE e.dossier = d.id),
      (SELECT string_agg(p.name, ',' ORDER BY p.name COLLATE "C") FROM portal_paper p WHERE p.dossier = d.id)
    FROM dossier d WHERE d.code LIKE '%-261121-7%' ORDER BY d.code`).split('\n').sort(), expected.map((line) => {
    const [code, state, seq, events, papers] = line.split('|');
    return [code, state, seq, events, papers.split(',').sort((a, b) => (Buffer.compare(Buffer.from(a), Buffer.from(b)))).join(',')].join('|');
  }));
  const numbers = new Set(messages.filter(({ isUpdating }) => !isUpdating).map(({ record }) => record.DinhDanhCHS));
  assert.equal(one("SELECT count(DISTINCT applicant) FROM dossier WHERE code LIKE '%-261121-7%'"), String(numbers.size), 'a number is one person');
  assert.equal(one(`SELECT string_agg(concat_ws(' ', kind, state, reason), ', ' ORDER BY kind, reason) FROM (SELECT DISTINCT kind, state, reason FROM portal_message) AS m`),
    'DOSSIER APPLIED, PAYMENT QUARANTINED NO_DEMAND, SUPPLEMENT APPLIED', 'nothing waits but what was paid before it is asked for');
  assert.equal(one("SELECT count(*) FROM outbox o JOIN dossier d ON d.public_id = o.order_key WHERE d.code LIKE '%-261121-7%'"), String(codes.length), 'each is told of once');
}
