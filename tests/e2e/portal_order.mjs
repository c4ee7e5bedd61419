// The same inbound messages twice and shuffled give the same dossiers and one receipt each: for a few in the fast lane, a thousand in the long one.
import assert from 'node:assert/strict';
import { filing, payment, send, supplement, withdrawal } from './national_portal.mjs';

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

// Of each dossier the filing and papers nobody asked for; of every second a payment; of every third, once it is asked for, a paper; of every fourth that
// it is wanted back, before the filing even, or where something is asked for, before or after that is handed in. Every third person files two dossiers.
const isAsked = (i) => i % 3 === 0;
const isWithdrawn = (i) => i % 4 === 0;
const codeOf = (i, where) => `${where.agency}-261121-${700000 + i}`;
function messagesOf(count, where) {
  const list = [];
  for (let i = 0; list.length < count; i++) {
    const code = codeOf(i, where);
    const number = `0740900${String(10000 + Math.floor(i / 3) * 3).padStart(5, '0')}`;
    const add = (message, isLater = false) => list.push({ ...message, i, isLater });
    add(filing(code, { ...where, number, papers: [`Đơn ${i}`] }));
    add(supplement(code, [`Bổ sung ${i}`, `Bổ sung khác ${i}`], { DinhDanhCHS: number }));
    if (i % 2 === 0) add(payment(code, 10000 + i, `GD-${i}`));
    if (isAsked(i)) add(supplement(code, ['Giấy thiếu.pdf'], { DinhDanhCHS: number }), true);
    if (isWithdrawn(i)) add(withdrawal(code, number), isAsked(i));
  }
  return list.slice(0, count).map((message, no) => ({ ...message, no }));
}

// Sends them in that order, by so many at once; receipts: of each message, by its number.
async function sendAll({ house, token, lanes, receipts }, messages) {
  const sendLane = async (lane) => {
    const client = house.client();
    for (let at = lane; at < messages.length; at += lanes * 10) {
      const batch = Array.from({ length: 10 }, (_, i) => messages[at + i * lanes]).filter(Boolean);
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
}

// An officer of the agency that has received them does the same to many dossiers; gives of how many it was done.
const applyTo = (one, which, event, args) => Number(one(`SELECT count(*) FROM (SELECT d FROM dossier d WHERE ${which}) AS s CROSS JOIN LATERAL dossier_event_apply(s.d,
  ROW('OFFICER', NULL, 'Cán bộ', NULL, ARRAY[(s.d).received_agency], ARRAY['INTAKE'], true)::dossier_actor, '${event}', NULL, ${args}) AS e WHERE e.failure IS NULL`));

export async function anyOrder({ house, token, where, count, lanes = 4 }) {
  const one = (sql) => house.database.sql(sql);
  const messages = messagesOf(count, where);
  const sent = { house, token, lanes, receipts: new Map() };
  const mine = "d.code LIKE '%-261121-7%'";
  const filed = messages.filter(({ isUpdating }) => !isUpdating).map(({ i }) => i);
  const has = (i, which) => messages.some((message) => message.i === i && which(message));
  const asks = filed.filter((i) => isAsked(i) && has(i, ({ isLater }) => isLater));
  const wanted = filed.filter((i) => has(i, ({ record }) => record.TrangThaiHoSo === '7'));

  const early = messages.filter(({ isLater }) => !isLater);
  await sendAll(sent, shuffled([...early, ...early], 20261127));
  const asked = asks.map((i) => `'${codeOf(i, where)}'`).join();
  assert.equal(applyTo(one, `d.code IN (${asked})`, 'askIntakeSupplement',
    `jsonb_build_object('reason', 'Thiếu', 'until', now() + interval '7 days', 'parts', '[{"name": "Giấy thiếu"}]'::jsonb)`), asks.length);
  const late = messages.filter(({ isLater }) => isLater);
  await sendAll(sent, shuffled([...late, ...late, ...early], 20261128));

  const { receipts } = sent;
  assert.equal(receipts.size, count);
  assert.equal(new Set(receipts.values()).size, count, 'and no other message has it');
  assert.equal(one('SELECT count(*) FROM portal_message'), String(count));
  assert.equal(one(`SELECT count(*) FROM dossier d WHERE ${mine} AND state = 'WITHDRAW_REQUESTED'`), String(wanted.length), 'what is wanted back is, whatever came first');
  assert.equal(one(`SELECT string_agg(concat_ws(' ', kind, state, reason), ', ' ORDER BY kind, state, reason) FROM (SELECT DISTINCT kind, state, reason FROM portal_message WHERE reason IS DISTINCT FROM 'WITHDRAWAL_OPEN') AS m`),
    'DOSSIER APPLIED, PAYMENT QUARANTINED NO_DEMAND, SUPPLEMENT APPLIED, WITHDRAWAL APPLIED', 'nothing waits but what was paid before it is asked for');

  // The withdrawals are refused: then what waited for that is done, and no order is left to see.
  assert.equal(applyTo(one, `${mine} AND d.state = 'WITHDRAW_REQUESTED'`, 'refuseWithdraw', `'{"reason": "Không"}'`), wanted.length);
  for (let applied = 1; applied > 0 || one("SELECT count(*) FROM portal_message WHERE state = 'QUARANTINED' AND next_try_at <= now()") !== '0';)
    applied = Number(one('SELECT applied FROM portal_retry_due(1000)'));
  const expected = filed.map((i) => {
    const papers = messages.filter((message) => message.i === i).flatMap(({ record }) => (record.TaiLieuNop ?? []).map(({ TenTepDinhKem }) => TenTepDinhKem));
    const events = ['createDraft', 'submit', ...(has(i, ({ record }) => record.DanhSachHoSoBoSung && record.TaiLieuNop.length === 2) ? ['papersReceived'] : []),
      ...(asks.includes(i) ? ['askIntakeSupplement', 'supplement'] : []), ...(wanted.includes(i) ? ['requestWithdraw', 'refuseWithdraw'] : [])];
    return [codeOf(i, where), 'SUBMITTED', 't', events.sort().join(' '), papers.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join(',')].join('|');
  }).sort();
  assert.deepEqual(one(`SELECT d.code, d.state, d.seq = (SELECT count(*) FROM dossier_event e WHERE e.dossier = d.id),
      (SELECT string_agg(DISTINCT e.event, ' ' ORDER BY e.event) FROM dossier_event e WHERE e.dossier = d.id),
      (SELECT string_agg(p.name, ',' ORDER BY p.name COLLATE "C") FROM portal_paper p WHERE p.dossier = d.id)
    FROM dossier d WHERE ${mine} ORDER BY d.code`).split('\n').sort(), expected);
  assert.equal(one(`SELECT count(*) FROM supplement_item i JOIN dossier d ON d.id = i.dossier WHERE ${mine} AND i.how = 'PORTAL'`), String(asks.length), 'what was asked for is answered');
  assert.equal(one("SELECT count(*) FROM portal_message WHERE reason <> 'NO_DEMAND'"), '0', 'nothing is left over');
  const numbers = new Set(messages.filter(({ isUpdating }) => !isUpdating).map(({ record }) => record.DinhDanhCHS));
  assert.equal(one(`SELECT count(DISTINCT applicant) FROM dossier d WHERE ${mine}`), String(numbers.size), 'a number is one person');
  assert.equal(one(`SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE ${mine} AND e.event <> 'createDraft'
      AND (SELECT count(*) FROM outbox o WHERE o.entity = e.id) <> 1`), '0', 'each event is told of once');
}
