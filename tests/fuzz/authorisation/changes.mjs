// Changes by chance, and whether each change of the tables has somebody who might make it.
import { randomUUID } from 'node:crypto';
import { newKey } from '../../../tools/dev/issuer.mjs';
import { agencyOf, changes } from './rules.mjs';
import { valueOf } from './shapes.mjs';

const publicKey = () => {
  const { d, use, ...jwk } = newKey(randomUUID());
  return JSON.stringify(jwk);
};

// What a change needs in order to succeed now and then, by its input's field.
const leaves = {
  idempotencyKey: () => randomUUID(),
  jwk: publicKey,
  address: () => `dia-chi-${randomUUID()}`,
  digitisationReason: () => undefined,
  eResult: () => 'KQ-1',
  reason: () => 'Không đủ điều kiện.',
  legalBasis: () => 'Điều 8',
  answer: () => 'Đã xác nhận.',
  title: () => 'Xác nhận tình trạng cư trú',
  what: () => 'Lệ phí',
  reference: () => `BL ${randomUUID()}`,
  externalDossierNo: () => randomUUID(),
  account: () => undefined,
  dueAt: () => new Date(Date.now() + 200 * 86_400_000).toISOString(),
  applicantPersonalNo: () => undefined,
  applicantName: () => undefined,
  applicantBornOn: () => undefined,
  paper: () => undefined,
  upload: () => undefined,
  receiver: () => 'Nguyễn Thị An',
  proof: () => 'Văn bản ủy quyền số 1',
  note: () => 'Ghi chú',
  noteInternal: () => undefined,
  locale: () => 'vi',
  p256dh: () => undefined,
  auth: () => undefined,
  expectedSeq: () => undefined,
  expiresAt: () => undefined,
  from: () => undefined,
  until: () => undefined,
  refreshToken: () => 'A'.repeat(70),
  purpose: () => 'Thử',
  url: () => 'https://hooks.partner.vn/moi',
  device: () => 'Máy thử',
  decidedOn: () => '2026-11-01',
};

const pick = (chance, map) => chance.one([...map.values()]);
const moveOf = { acceptDossier: ['SUBMITTED'], assignDossier: ['ACCEPTED'], completeDossier: ['PROCESSING'], handOverDossier: ['COMPLETED'], collectResult: ['COMPLETED'], askIntakeSupplement: ['SUBMITTED'],
  supplementDossier: ['INTAKE_SUPPLEMENT', 'SUPPLEMENT_REQUIRED'], receiveItems: ['INTAKE_SUPPLEMENT', 'SUPPLEMENT_REQUIRED'], waiveSupplement: ['SUPPLEMENT_REQUIRED'], rejectDossier: ['SUBMITTED'],
  sendTask: ['PROCESSING'], acceptTask: ['INTERAGENCY'], answerTask: ['INTERAGENCY'], askSupplement: ['PROCESSING'], demandFee: ['PROCESSING'], recordPayment: ['PAYMENT_REQUIRED'], exemptFee: ['PAYMENT_REQUIRED'], payDossier: ['PAYMENT_REQUIRED'], recordExternalNo: ['ACCEPTED', 'PROCESSING'],
  requestWithdraw: ['SUBMITTED', 'ACCEPTED', 'PROCESSING'], decideWithdrawal: ['WITHDRAW_REQUESTED'], stopDossier: ['PROCESSING', 'INTERAGENCY'], reopenDossier: ['COMPLETED'],
  extendDossier: ['PROCESSING', 'SUPPLEMENT_REQUIRED'], chooseDelivery: ['ACCEPTED', 'PROCESSING'],
  changeChannel: ['SUBMITTED', 'ACCEPTED', 'PROCESSING', 'PAYMENT_REQUIRED'] };
// Many at once: what each item is, and what it says beside its code.
const batches = {
  acceptDossiers: ['acceptDossier', (draws) => ({ case: someCase(draws), digitised: true })],
  assignDossiers: ['assignDossier', () => ({})],
  completeDossiers: ['completeDossier', () => ({ outcome: 'GRANTED', eResult: 'KQ-1' })],
  handOverDossiers: ['handOverDossier', () => ({ receiver: 'x', proof: 'x', delivery: 'COUNTER' })],
};
const movesDossier = { ...moveOf, classifyDossier: 1, recordRefund: 1, sandboxAdvance: 1 };
// What a change needs beside the dossier.
const detailsOf = {
  supplementDossier: (draws, who, { id }) => ({ items: missing(draws, id).map((item) => ({ item })) }),
  receiveItems: (draws, who, { id }) => ({ items: missing(draws, id) }),
  sendTask: (draws) => ({ agency: pick(draws.chance, draws.world.agency).code, until: new Date(Date.now() + 3_600_000).toISOString() }),
  ...Object.fromEntries(['acceptTask', 'answerTask'].map((name) => [name, (draws, who, { id }) => {
    const open = (draws.world.tasksOf.get(id) ?? []).filter(({ state, stage }) => (name === 'acceptTask' ? stage : state) === 'SENT');
    return { task: (open.find(({ agency }) => agency === agencyOf(draws.world, who)) ?? open[0])?.public_id ?? randomUUID() };
  }])),
  recordPayment: (draws, who, { id }) => {
    const [demand] = draws.world.demandsOf.get(id) ?? draws.world.fee_demand.values();
    return { demand: demand?.public_id ?? randomUUID(), amountDong: demand?.amount_dong ?? 1 };
  },
  exemptFee: (draws, who, { id }) => ({ demand: (draws.world.demandsOf.get(id)?.[0])?.public_id ?? randomUUID(), legalBasis: 'Điều 10' }),
  changeChannel: (draws) => ({ channel: draws.chance.one(['ONLINE', 'COUNTER', 'POST']) }),
  payDossier: (draws, who, { id }) => ({ demand: (draws.world.demandsOf.get(id)?.[0])?.public_id ?? randomUUID(), method: 'COUNTER' }),
  askIntakeSupplement: () => asked(), askSupplement: () => ({ ...asked(), acknowledgeOverdueRule: true }), demandFee: () => ({ until: nextWeek(), amountReason: 'Thu một phần' }),
};
const asked = () => ({ parts: [{ name: 'Bản vẽ' }], until: nextWeek() });
const missing = (draws, dossier) => {
  const items = (draws.world.itemsOf.get(dossier) ?? []).filter(({ received_at }) => received_at === null);
  return items.length ? items.map(({ public_id }) => public_id) : [randomUUID()];
};

// Mostly of the officer's own agency.
const colleagues = (draws, who, rows) => {
  const agency = who.kind === 'OFFICER' && draws.chance.happens(70) ? draws.world.officer.get(who.me).agency : undefined;
  const own = [...rows.values()].filter((row) => row.agency === agency);
  return own.length ? draws.chance.one(own) : pick(draws.chance, rows);
};
const colleague = (draws, who) => colleagues(draws, who, draws.world.officer).public_id;
const resultIn = (draws, who, state) => colleagues(draws, who, new Map([...draws.world.procedure_result].filter(([, row]) => row.state === state)));
const openSignature = (draws, who) => colleagues(draws, who, new Map([...draws.world.signature_request].filter(([, row]) => row.state === 'PROPOSED' || draws.chance.happens(20)))).public_id;
const inAgency = (draws, who, table) => colleagues(draws, who, draws.world[table]).id;

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();
const nextWeek = () => new Date(Date.now() + 9 * 86_400_000).toISOString();
const somebody = (draws) => pick(draws.chance, draws.world.subject).public_id;
// One of what is near, mostly; undefined: of all.
const near = (draws, who, rows) => (who.kind !== 'OFFICER' && rows.length && draws.chance.happens(70) ? draws.chance.one(rows) : undefined);
const seatNear = (draws, who) => (who.kind === 'CITIZEN' ? draws.world.seatsOf.get(who.me)?.[0] : undefined);
const company = (draws, who) => draws.world.organisation.get(draws.chance.happens(70) && seatNear(draws, who)?.organisation || 5001 + draws.chance.below(60)).tax_code;
const ofPartner = (draws, who) => ({ taxCode: who.kind === 'CITIZEN' || draws.chance.happens(30) ? company(draws, who) : undefined });

const draftNear = (draws, who) => {
  const all = [...draws.world.draft.values()];
  return (near(draws, who, all.filter(({ owner }) => owner === who.me)) ?? (all.length ? draws.chance.one(all) : undefined))?.public_id ?? randomUUID();
};

// Of the officer's own files one that nothing has taken, mostly.
const scanned = (draws, who) => {
  const own = [...draws.world.upload.values()].filter(({ officer, paper }) => who.kind === 'OFFICER' && officer === who.me && paper === null);
  return (own.length && draws.chance.happens(80) ? draws.chance.one(own) : pick(draws.chance, draws.world.upload)).id;
};
const inState = (draws, who, states) => {
  let dossier = draws.dossier(who);
  for (let i = 0; i < 60 && !states.includes(dossier.state); i++) dossier = draws.dossier(who);
  return dossier;
};

// Neither an e-form nor a part is required of these.
const plain = ['1.004837', '2.000884', '2.000908', '2.001955', '2.000806', '1.004859', '9.000001', '9.000004'];

// Most procedures have one case, which need not be named, or one of this name.
const someCase = (draws) => draws.chance.one([undefined, undefined, 'GENERAL']);

// The part of the input that decides who may.
const targets = {
  submitDossier: (draws, who) => ({
    procedure: draws.chance.happens(70) ? draws.chance.one(plain) : pick(draws.chance, draws.world.procedure).code, consent: draws.chance.happens(90), parts: undefined, channel: 'ONLINE', agency: pick(draws.chance, draws.world.agency).code, case: someCase(draws),
    ...(draws.chance.happens(60) ? { applicant: draws.world.subject.get(draws.dossier(who).applicant).public_id } : {}) }),
  saveDraft: (draws, who) => ({
    set: [{ name: 'phone', value: '"0901234567"' }], agency: undefined, case: undefined,
    ...(draws.chance.happens(40) ? { draft: draftNear(draws, who), procedure: undefined, applicant: undefined }
      : { draft: undefined, procedure: draws.chance.one(['1.001193', '2.000635', '1.013831']),
        applicant: draws.chance.happens(60) ? undefined : draws.world.subject.get(draws.dossier(who).applicant).public_id }) }),
  removeDraft: (draws, who) => ({ id: draftNear(draws, who) }),
  removeDevice: (draws, who) => {
    const own = [...draws.world.device.values()].filter((row) => row.owner_subject === who.me || row.owner_officer === who.me);
    return { id: (own.length && draws.chance.happens(70) ? draws.chance.one(own) : pick(draws.chance, draws.world.device)).public_id };
  },
  endSession: (draws, who) => ({ session: draws.chance.happens(30) ? who.session ?? null : pick(draws.chance, draws.world.session).id }),
  grantRole: (draws, who) => ({ officer: colleague(draws, who), role: draws.chance.one(['INTAKE', 'SIGNER', 'HEAD', 'INSPECTOR', 'ADMINISTRATOR']) }),
  withdrawRole: (draws, who) => ({ id: inAgency(draws, who, 'staff_grant') }),
  substituteOfficer: (draws, who) => ({ officer: colleague(draws, who), substitute: colleague(draws, who), until: new Date(Date.now() + 86_400_000).toISOString() }),
  endSubstitution: (draws, who) => ({ id: inAgency(draws, who, 'staff_substitution') }),
  proposeProcedureVersion: (draws) => ({ procedure: pick(draws.chance, draws.world.procedure).code, name: 'Tên mới', limitAmount: undefined, limitUnit: undefined, limitText: undefined,
    feeText: undefined, cases: undefined, parts: undefined, fees: undefined, forms: undefined, paymentPauses: undefined, replacedBy: undefined, guidanceVi: undefined, guidanceEn: undefined,
    validFrom: new Date(Date.UTC(2030, 0, 1 + draws.chance.below(9000))).toISOString().slice(0, 10) }),
  proposeProcedureEnd: (draws) => ({ procedure: pick(draws.chance, draws.world.procedure).code, replacedBy: undefined,
    endsOn: new Date(Date.UTC(2030, 0, 1 + draws.chance.below(9000))).toISOString().slice(0, 10) }),
  publishProcedureVersion: (draws, who) => ({ proposal: inAgency(draws, who, 'procedure_proposal'), decisionNumber: '1/QĐ-UBND', decidedBy: 'Ủy ban nhân dân' }),
  retryPortalMessage: (draws, who) => ({ message: colleagues(draws, who, draws.world.portal_message).public_id }),
  dismissPortalMessage: (draws, who) => ({ message: colleagues(draws, who, draws.world.portal_message).public_id, reason: 'Đã giải quyết' }),
  redriveSync: (draws, who) => ({ adapter: draws.chance.happens(90) ? 'DVCQG' : 'KHAC', code: draws.world.dossier.get(colleagues(draws, who, draws.world.dossier_sync).dossier).code }),
  setAssignmentRule: (draws, who) => {
    const kind = draws.chance.one(['NONE', 'LEAST_LADEN', 'OFFICER', undefined]);
    return { kind, officer: kind === 'OFFICER' ? colleague(draws, who) : undefined, procedure: draws.chance.happens(50) ? pick(draws.chance, draws.world.procedure).code : undefined };
  },
  proposeSupplement: (draws, who) => ({ code: inState(draws, who, ['PROCESSING']).code, ...asked(), acknowledgeOverdueRule: true }),
  proposeStop: (draws, who) => ({ code: inState(draws, who, ['PROCESSING', 'INTERAGENCY']).code }),
  proposeExtension: (draws, who) => ({ code: inState(draws, who, ['PROCESSING', 'SUPPLEMENT_REQUIRED']).code }),
  signRequest: (draws, who) => ({ request: openSignature(draws, who) }),
  returnRequest: (draws, who) => ({ request: openSignature(draws, who) }),
  withdrawProposal: (draws, who) => ({ proposal: inAgency(draws, who, 'procedure_proposal') }),
  importResults: (draws) => ({ lines: draws.chance.times(1, 3, () => ({ number: randomUUID(), title: 'Giấy phép', kind: 'GPXD', issuedOn: '2024-01-01', taxCode: pick(draws.chance, draws.world.organisation).tax_code })) }),
  attachResultScan: (draws, who) => ({ result: resultIn(draws, who, 'INVENTORIED').public_id,
    upload: ([...draws.world.upload.values()].find(({ officer, paper }) => who.kind === 'OFFICER' && officer === who.me && paper === null) ?? pick(draws.chance, draws.world.upload)).id }),
  checkResult: (draws, who) => ({ result: resultIn(draws, who, 'PROPOSED').public_id, fits: draws.chance.happens(50), personalNo: undefined, taxCode: undefined, reason: 'Mờ' }),
  removeResult: (draws, who) => ({ result: resultIn(draws, who, 'INVENTORIED').public_id }),
  addOfficer: (draws) => ({ name: 'Trần Văn Mới', personalNo: `0792${String(draws.chance.below(100_000_000)).padStart(8, '0')}` }),
  revokePartnerKey: (draws, who) => ({ id: (near(draws, who, [...draws.world.partner_key.values()].filter(({ partner }) => partner === who.me)) ?? pick(draws.chance, draws.world.partner_key)).id }),
  addPartnerKey: (draws, who) => ({ environment: draws.chance.one(['LIVE', 'TEST', 'TEAM']), scopes: draws.chance.one([['dossiers.read'], ['dossiers.read', 'keys.manage'], ['dossiers.submit']]),
    ...(who.kind === 'CITIZEN' || draws.chance.happens(50) ? { taxCode: draws.world.organisation.get(5001 + draws.chance.below(60)).tax_code } : {}) }),
  submitBulk: (draws, who) => ({ items: draws.chance.times(1, 3, (i) => ({ ...targets.submitDossier(draws, who), reference: `r${i}`, channel: 'ONLINE' })) }),
  shareDossier: (draws, who) => ({ code: draws.dossier(who).code, with: somebody(draws), fields: draws.chance.one([['STATUS'], ['STATUS', 'APPLICANT']]), until: tomorrow() }),
  unshareDossier: (draws, who) => ({ grant: (near(draws, who, [...(draws.world.grantsTo.get(who.me) ?? []), ...(draws.world.grantsFrom.get(who.me) ?? [])]) ?? pick(draws.chance, draws.world.dossier_grant)).id }),
  delegate: (draws, who) => ({ to: somebody(draws), until: tomorrow(), procedure: draws.chance.happens(50) ? pick(draws.chance, draws.world.procedure).code : undefined,
    from: draws.chance.happens(50) ? undefined : (seatNear(draws, who) ? draws.world.subject.get(seatNear(draws, who).organisation).public_id : somebody(draws)) }),
  undelegate: (draws, who) => ({ delegation: (near(draws, who, draws.world.delegationsOf.get(who.me) ?? []) ?? pick(draws.chance, draws.world.delegation)).id }),
  giveSeat: (draws, who) => ({ taxCode: company(draws, who), person: somebody(draws), role: draws.chance.one(['ADMINISTRATOR', 'MEMBER']), until: draws.chance.happens(50) ? tomorrow() : undefined }),
  withdrawSeat: (draws, who) => {
    const own = seatNear(draws, who);
    const beside = own && draws.chance.one([...draws.world.seat.values()].filter(({ organisation }) => organisation === own.organisation));
    return { seat: (beside && draws.chance.happens(70) ? beside : pick(draws.chance, draws.world.seat)).id };
  },
  recordRefund: (draws, who) => ({ code: draws.dossier(who).code, demand: randomUUID(), amountDong: 1000 }),
  classifyDossier: (draws, who) => ({ code: draws.dossier(who).code, accessClass: draws.chance.one(['OPEN', 'RESTRICTED']) }),
  sandboxSignIn: (draws) => ({ person: draws.chance.happens(50) ? draws.chance.one(['an', 'binh', 'chi', 'cong-ty']) : draws.world.subject.get(pick(draws.chance, draws.world.sandbox_person).subject).public_id }),
  makeTrackingCode: (draws, who) => ({ code: draws.dossier(who).code }),
  sandboxAdvance: (draws, who) => ({ code: draws.dossier(who).code, event: draws.chance.one(['accept', 'assign', 'complete', 'handOver', 'submit']) }),
  keepPaper: (draws, who) => ({ kind: 'CCCD', title: 'Giấy tờ mới', validFrom: undefined, validUntil: undefined,
    upload: (near(draws, who, [...draws.world.upload.values()].filter(({ creator, paper }) => creator === who.me && paper === null)) ?? pick(draws.chance, draws.world.upload)).id }),
  scanPart: (draws, who) => ({ code: inState(draws, who, ['SUBMITTED', 'INTAKE_SUPPLEMENT', 'SUPPLEMENT_REQUIRED']).code, scan: { upload: scanned(draws, who), part: 'Căn cước', kind: 'CCCD' } }),
  attachResult: (draws, who) => ({ code: inState(draws, who, ['PROCESSING']).code, upload: scanned(draws, who), kind: 'CCCD', title: 'Kết quả', validFrom: undefined, validUntil: undefined }),
  removeScan: (draws, who) => {
    const held = [...draws.world.dossier_part.values(), ...draws.world.result_file.values()].filter(({ paper }) => ['PAPER_SCAN', 'RESULT'].includes(draws.world.stored_paper.get(paper)?.source));
    const one = held.length ? draws.chance.one(held) : undefined;
    return { code: one ? draws.world.dossier.get(one.dossier).code : draws.dossier(who).code, paper: one ? draws.world.stored_paper.get(one.paper).public_id : pick(draws.chance, draws.world.stored_paper).public_id };
  },
  removePaper: (draws, who) => ({ paper: (near(draws, who, [...draws.world.stored_paper.values()].filter(({ owner, removed_at }) => owner === who.me && removed_at === null)) ?? pick(draws.chance, draws.world.stored_paper)).public_id }),
  addGuest: (draws, who) => ({ ...ofPartner(draws, who), guest: draws.world.subject.get(draws.dossier(who).applicant).public_id }),
  removeGuest: (draws, who) => {
    const { partner, guest } = pick(draws.chance, draws.world.partner_guest);
    return draws.chance.happens(50) ? { taxCode: draws.world.organisation.get(partner).tax_code, id: draws.world.subject.get(guest).public_id }
      : { ...ofPartner(draws, who), id: draws.world.subject.get(draws.chance.one(draws.world.guests.get(who.me) ?? [guest])).public_id };
  },
  addWebhookEndpoint: (draws, who) => ({ ...ofPartner(draws, who), environment: draws.chance.happens(60) && who.environment ? who.environment : draws.chance.one(['LIVE', 'TEST', 'TEAM']) }),
  ...Object.fromEntries(['updateWebhookEndpoint', 'rotateWebhookSecret', 'removeWebhookEndpoint'].map((name) => [name, (draws, who) => ({
    id: (near(draws, who, [...draws.world.webhook_endpoint.values()].filter(({ partner, removed_at }) => partner === who.me && removed_at === null)) ?? pick(draws.chance, draws.world.webhook_endpoint)).id,
  })])),
  ...Object.fromEntries(Object.entries(moveOf).map(([name, states]) => [name, (draws, who) => {
    const dossier = inState(draws, who, states);
    return { code: dossier.code, digitised: true, papersReturned: true, delivery: 'COUNTER', outcome: name === 'answerTask' ? 'DONE' : 'GRANTED', case: someCase(draws), ...detailsOf[name]?.(draws, who, dossier) };
  }])),
  ...Object.fromEntries(Object.entries(batches).map(([name, [single, item]]) => [name, (draws, who) => ({ items: draws.chance.times(1, 3, () => ({ code: targets[single](draws, who).code, ...item(draws) })) })])),
  acceptAtCounter: (draws, who) => ({ procedure: pick(draws.chance, draws.world.procedure).code, case: someCase(draws), channel: 'COUNTER', digitised: true, applicant: somebody(draws), scans: undefined,
    agency: draws.chance.happens(70) ? undefined : pick(draws.chance, draws.world.agency).code }),
};

/** The input of a mutation, as variables. */
export function inputOf(draws, who, field) {
  const { type } = field.args.find(({ name }) => name === 'input');
  const leaf = (name, typeName, must) => (name in leaves ? leaves[name]() : draws.scalar(who, name, typeName)) ?? (must ? 'x' : undefined);
  const input = valueOf(draws.chance, 'input', type, leaf);
  const known = Object.keys(type.ofType.getFields());
  for (const [name, value] of Object.entries(targets[field.name]?.(draws, who) ?? {})) if (known.includes(name)) input[name] = value;
  if (input.kinds) input.kinds = [];
  if (field.name === 'registerDevice') input.kind = 'FCM';
  if (field.name === 'submitDossier') delete input.draft;
  if (field.name === 'submitDossier' && !draws.chance.happens(60)) delete input.applicant;
  return input;
}

const suited = {
  OFFICER: [...Object.keys(moveOf).filter((name) => !['collectResult', 'supplementDossier', 'payDossier', 'requestWithdraw', 'chooseDelivery'].includes(name)), ...Object.keys(batches),
    'setAssignmentRule', 'proposeSupplement', 'proposeStop', 'proposeExtension', 'signRequest', 'returnRequest',
    'acceptAtCounter', 'scanPart', 'attachResult', 'removeScan', 'grantRole', 'withdrawRole', 'substituteOfficer', 'endSubstitution', 'addOfficer', 'classifyDossier', 'recordRefund',
    'proposeProcedureVersion', 'proposeProcedureEnd', 'publishProcedureVersion', 'withdrawProposal', 'importResults', 'attachResultScan', 'checkResult', 'removeResult', 'retryPortalMessage', 'dismissPortalMessage', 'redriveSync'],
  PARTNER: ['submitBulk', 'sandboxSignIn', 'sandboxAdvance', 'addPartnerKey', 'revokePartnerKey', 'addGuest', 'removeGuest', 'addWebhookEndpoint', 'updateWebhookEndpoint', 'rotateWebhookSecret',
    'removeWebhookEndpoint'],
};

/** Is it somebody of whom such a change is to be expected? */
export function suits(world, who, { name }) {
  if (name.startsWith('sandbox') && who.environment !== 'TEST') return false;
  return who.kind === (Object.keys(suited).find((kind) => suited[kind].includes(name)) ?? 'CITIZEN') && (who.kind !== 'OFFICER' || agencyOf(world, who) !== undefined);
}

export const mayChange = (world, { who, field, input }) => who.kind !== 'NOBODY' && changes[field.name].may(world, who, input);

// ---- what has changed, and by whom ----

const owner = (row) => (row.kind === 'OFFICER' ? row.officer : row.subject);
const isOf = (row, who) => row.kind === who.kind && owner(row) === who.me;

// Who is erased from the sandbox is invented anew when his partner next asks.
const isInvented = ({ before, after }, { who }) => !before && who.environment === 'TEST' && after !== undefined;

// By table: may this change have been made by that mutation, which has succeeded?
const erased = {
  subject: (change, request) => change.after?.id === request.who.me || isInvented(change, request) && change.after.sandbox,
  dossier_event: ({ after }, { who }, world) => world.dossier.get(after.dossier).applicant === who.me || world.dossier.get(after.dossier).submitter === who.me,
  device: ({ before }, { who }) => before?.owner_subject === who.me,
  draft: ({ before }, { who }) => [before?.owner, before?.applicant].includes(who.me),
  seat: (change, request) => change.before?.person === request.who.me || isInvented(change, request),
  delegation: ({ before }, { who }) => [before?.delegator, before?.delegate].includes(who.me),
  dossier_grant: ({ before }, { who }) => [before?.applicant, before?.grantee].includes(who.me),
  session: ({ before }, { who }) => before !== undefined && isOf(before, who),
  export_file: ({ before }, { who }) => before?.subject === who.me,
  portal_message: ({ before, after }) => before?.state === 'QUARANTINED' && after?.state === 'DISMISSED',
  sandbox_person: (change, request) => change.before?.subject === request.who.me || isInvented(change, request),
  stored_paper: ({ before, after = before }, { who }) => after.owner === who.me,
  dossier_part: ({ before }, { who }, world) => before && world.dossier.get(before.dossier).applicant === who.me,
  upload: ({ before }, { who }) => before?.creator === who.me,
  procedure_result: ({ before, after }, { who }) => before?.holder === who.me && after?.holder === null,
};
// Does this request move this dossier?
const movesIt = ({ field, input }, { id, code }, world) => (field.name === 'signRequest' ? world.signatureByPublicId.get(input.request)?.dossier === id : field.name in batches ? input.items.some((item) => item.code === code) : field.name in moveOf && input.code === code);
const madeWith = ({ after }, request, world) => { const dossier = world.dossier.get(after.dossier); return movesIt(request, dossier, world) || madeAtCounter(request, dossier, world); };
const madeAtCounter = ({ field, input, who }, dossier, world) => field.name === 'acceptAtCounter' && dossier.received_agency === agencyOf(world, who) && world.subject.get(dossier.applicant).public_id === input.applicant;
// The scan of a result comes with its attachment, becomes its holder's when it is checked, and goes when it is given back.
const ofScan = ({ before, after }, { field, input }, world) => (after ?? before).agency !== null && ['attachResultScan', 'checkResult'].includes(field.name)
  && world.resultByPublicId.get(input.result)?.agency === (after ?? before).agency;
const reasons = {
  ...Object.fromEntries(['supplement_request', 'supplement_item', 'inter_agency_task', 'fee_demand', 'issued_form'].map((table) => [table, madeWith])),
  assignment_rule: ({ before, after }, { field, who }, world) => field.name === 'setAssignmentRule' && (after ?? before).agency === agencyOf(world, who),
  signature_request: ({ before, after }, { field, input, who }, world) => {
    const dossier = world.dossier.get(after.dossier);
    return before && field.name === 'returnRequest' && input.request === after.public_id || before && movesIt({ field, input }, dossier, world)
      || field.name.startsWith('propose') && input.code === dossier.code && (before || after.proposed_by === who.me);
  },
  procedure_proposal: ({ before, after }, { field, input, who }, world) => (before ? ['publishProcedureVersion', 'withdrawProposal'].includes(field.name) && input.proposal === after?.id
    : ['proposeProcedureVersion', 'proposeProcedureEnd'].includes(field.name) && after.proposed_by === who.me && world.procedure.get(after.procedure).code === input.procedure),
  portal_message: ({ before, after }, { field, input }) => before !== undefined && ['retryPortalMessage', 'dismissPortalMessage'].includes(field.name) && input.message === after?.public_id,
  dossier_sync: ({ before, after }, { field, input }, world) => before !== undefined && field.name === 'redriveSync' && input.code === world.dossier.get(after?.dossier)?.code,
  procedure_version: ({ before, after }, { field, input }, world) => !before && field.name === 'publishProcedureVersion' && world.procedure_proposal.get(input.proposal)?.version === after.id,
  officer: ({ before, after }, { field, who }, world) => !before && field.name === 'addOfficer' && after.agency === world.officer.get(who.me).agency,
  staff_grant: ({ before, after }, { field, input }, world) => (before ? field.name === 'withdrawRole' && input.id === after?.id
    : field.name === 'grantRole' && after.officer === world.officerByPublicId.get(input.officer)?.id && after.role === input.role),
  staff_substitution: ({ before, after }, { field, input }, world) => (before ? field.name === 'endSubstitution' && input.id === after?.id
    : field.name === 'substituteOfficer' && after.absent === world.officerByPublicId.get(input.officer)?.id && after.substitute === world.officerByPublicId.get(input.substitute)?.id),
  procedure_result: ({ before, after }, { field, input, who }) => (before ? input.result === before.public_id && (after ? ['attachResultScan', 'checkResult'] : ['removeResult']).includes(field.name)
    : field.name === 'importResults' && after.listed_by === who.me),
  result_import: ({ before, after }, { field, who }) => !before && field.name === 'importResults' && after.imported_by === who.me,
  stored_paper: ({ before, after }, { field, input, who }, world) => ofScan({ before, after }, { field, input }, world) || (before
    ? ['removePaper', 'removeScan'].includes(field.name) && before.public_id === input.paper || ['completeDossier', 'completeDossiers', 'reopenDossier'].includes(field.name) && world.result_file.has(after?.id)
    : field.name === 'keepPaper' && after.owner === who.me || ['scanPart', 'attachResult'].includes(field.name) && after.owner === world.byCode.get(input.code)?.applicant),
  dossier_part: ({ before, after }, { field, input }, world) => (before ? field.name === 'removeScan' && before.source === 'PAPER_SCAN' && world.byCode.get(input.code)?.id === before.dossier
    : field.name === 'scanPart' && after.source === 'PAPER_SCAN' && world.byCode.get(input.code)?.id === after.dossier),
  result_file: ({ before, after }, { field, input }, world) => world.byCode.get(input.code)?.id === (after ?? before).dossier
    && (before ? field.name === (after ? 'reopenDossier' : 'removeScan') : field.name === 'attachResult'),
  upload: ({ before, after }, { field, input, who }) => before && (field.name === 'keepPaper' && after?.id === input.upload && after.creator === who.me
    || field.name === 'attachResultScan' && after?.id === input.upload && after.officer === who.me
    || field.name === 'scanPart' && after?.id === input.scan.upload && after.officer === who.me || field.name === 'attachResult' && after?.id === input.upload && after.officer === who.me
    || ['removePaper', 'removeScan', 'checkResult', 'attachResultScan'].includes(field.name) && after?.paper === null),
  export_file: ({ before, after }, { field, who }) => !before && field.name === 'requestExport' && after.subject === who.me,
  dossier: ({ before, after }, { field, input, who }, world) => movesIt({ field, input }, after, world) || !before && madeAtCounter({ field, input, who }, after, world) || (field.name === 'submitDossier' ? !before && after.submitter === who.me && (after.seq === 2 || after.sandbox) : input.code === after.code && field.name in movesDossier),
  dossier_event: ({ after }, { field, input, who }, world) => {
    const dossier = world.dossier.get(after.dossier);
    return field.name === 'submitDossier' ? dossier.submitter === who.me && (after.seq <= 2 || dossier.sandbox)
      : movesIt({ field, input }, dossier, world) || madeAtCounter({ field, input, who }, dossier, world) || input.code === dossier.code && field.name === 'sandboxAdvance';
  },
  dossier_grant: ({ before, after = before }, { field, input, who }, world) => ({
    submitDossier: () => !before && ['SEAT', 'DELEGATION'].includes(after.kind) && after.grantee === who.me,
    shareDossier: () => world.byCode.get(input.code)?.id === after.dossier && after.grantee === world.subjectByPublicId.get(input.with)?.id,
    unshareDossier: () => before && after.id === input.grant,
    giveSeat: () => before && after.kind === 'SEAT' && after.grantee === world.subjectByPublicId.get(input.person)?.id && world.organisation.get(after.applicant)?.tax_code === input.taxCode,
    withdrawSeat: () => before && after.kind === 'SEAT' && after.grantee === world.seat.get(input.seat)?.person && after.applicant === world.seat.get(input.seat)?.organisation,
    undelegate: () => before && after.delegation === world.delegationById.get(input.delegation)?.no,
    delegate: () => before && after.delegation !== null && world.delegation.get(after.delegation)?.delegate === world.subjectByPublicId.get(input.to)?.id,
  })[field.name]?.(),
  delegation: ({ before, after }, { field, input, who }, world) => ({
    delegate: () => after.delegate === world.subjectByPublicId.get(input.to)?.id && after.delegator === (input.from ? world.subjectByPublicId.get(input.from)?.id : who.me),
    undelegate: () => before && after.id === input.delegation,
  })[field.name]?.(),
  seat: ({ before, after }, { field, input }, world) => ({
    giveSeat: () => after.person === world.subjectByPublicId.get(input.person)?.id && world.organisation.get(after.organisation)?.tax_code === input.taxCode,
    withdrawSeat: () => before && after.id === input.seat,
  })[field.name]?.(),
  partner_guest: ({ before, after }, { field, input, who }, world) => {
    const { partner, guest } = after ?? before;
    return field.name === (after ? 'addGuest' : 'removeGuest') && guest === world.subjectByPublicId.get(input.guest ?? input.id)?.id
      && (input.taxCode ? world.organisation.get(partner).tax_code === input.taxCode : partner === who.me);
  },
  webhook_endpoint: ({ before, after }, { field, input }) => (before ? ['updateWebhookEndpoint', 'removeWebhookEndpoint'].includes(field.name) && input.id === after?.id : field.name === 'addWebhookEndpoint' && input.environment === after.environment),
  bulk_job: ({ before, after }, { field, who }) => !before && field.name === 'submitBulk' && after.partner === who.me && after.environment === who.environment,
  bulk_item: ({ before, after }, { field, who }, world) => !before && field.name === 'submitBulk' && world.bulk_job.get(after.job).partner === who.me,
  device: ({ before, after }, { field, input, who }) => (after ? field.name === 'registerDevice' && after.address === input.address
    && (who.kind === 'OFFICER' ? after.owner_officer : after.owner_subject) === who.me
    : field.name === 'removeDevice' && before.public_id === input.id),
  draft: ({ before, after }, { field, input, who }) => (after ? field.name === 'saveDraft' && after.owner === who.me && (before ? after.public_id === input.draft : input.draft === undefined)
    : field.name === 'removeDraft' && before.public_id === input.id),
  session: ({ before, after }, { field, input, who }) => after && (before || field.name === 'sandboxSignIn') && {
    sandboxSignIn: () => after.sandbox_partner === who.me,
    endSession: () => after.id === (input.session ?? who.session),
    endOtherSessions: () => isOf(after, who) && after.id !== who.session,
    revokePartnerKey: () => [after.partner_key, after.sandbox_key].includes(input.id),
  }[field.name]?.(),
  partner: ({ before }, { field }) => !before && field.name === 'addPartnerKey',
  partner_key: ({ before, after }, { field, input }) => (before ? field.name === 'revokePartnerKey' && input.id === after?.id : field.name === 'addPartnerKey' && JSON.parse(input.jwk).kid === after.kid),
};

export const succeeded = (request, answer) => {
  const type = answer.json?.data?.[request.roots[0].key]?.__typename;
  return type !== undefined && !['StaleState', 'GuardFailed', 'NotAllowed', 'RateLimited', 'KeyReused', 'StepUpRequired'].includes(type);
};

/** Changes that no mutation accounts for. done: requests that succeeded. */
export const unexplained = (world, list, done) => list.filter((change) => !done.some((request) => reasons[change.table]?.(change, request, world)
  || request.field.name === 'requestErasure' && erased[change.table]?.(change, request, world)));
