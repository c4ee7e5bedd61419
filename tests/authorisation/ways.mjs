// How the matrix comes to an object of each type, and to each root field. A way is { name, document, reach }: document
// gives the operation around a selection, with its variables; reach finds the object in the answer's data. What changes
// something does so to something new each time.
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { key } from '../e2e/support.mjs';
import { asked, fee, publicKey } from './world.mjs';

const far = '01a218ea-2e89-715a-bdc8-000000000000';
const read = (name, around, reach, variables = () => ({})) =>
  ({ name, reach, document: async (world, _, selection) => ({ query: around(selection), variables: variables(world) }) });

const code = (world) => ({ code: world.fixed });
const node = (name) => read('node', (s) => `query($id: ID!) { node(id: $id) { __typename ... on ${name} { ${s} } } }`,
  ({ node: found }) => found, (world) => ({ id: { Dossier: world.ids.fixed, DossierEvent: world.event, Device: world.device,
    Procedure: world.ids.procedure, Agency: world.ids.agency, Viewer: world.ids.citizen }[name] }));
const dossier = (s) => `query($code: String!) { dossier(code: $code) { ${s} } }`;
// Of a dossier whose status alone is shown to the second of each kind.
const ofTimed = (inside, reach) => read('dossier.deadline', (s) => dossier(`deadline { ${inside(s)} }`), (d) => d.dossier && reach(d.dossier.deadline), (world) => ({ code: world.timed }));
const viewer = (s) => `{ viewer { ${s} } }`;
const job = (s) => `query($id: ID!) { bulkJob(id: $id) { ${s} } }`;
const ofJob = (world) => ({ id: world.job });
const jobItem = (name, at) => read(`bulkJob.items: ${name}`, (s) => job(`items(first: 2) { nodes { ${s} } }`), (d) => d.bulkJob?.items.nodes[at], ofJob);
const procedures = (s) => `{ procedures(first: 1) { ${s} } }`;
const events = (s) => `query($after: Cursor) { events(first: 50, after: $after) { ${s} } }`;
const afterEnd = (world) => ({ after: world.end });

const sessionOf = (token) => decodeJwt(token).sid;
const sessions = (name) => read(name, (s) => viewer(`sessions { itsId: id ${s} }`), null);
const listed = (data, token) => data.viewer?.sessions.find(({ itsId }) => itsId === sessionOf(token));

// ---- changes: each gives the input that a principal sends ----

const withKey = (input) => async (...known) => ({ idempotencyKey: key(), ...(await input(...known)) });
const of = (state, more = {}) => withKey(async (world) => ({ code: await world.dossier(state), ...more }));
const anew = (input) => async (world, principal) => { world.renew(principal); return input(world, principal); };
const phone = () => ({ kind: 'FCM', address: key() });
const registeredBy = (owner) => withKey(async (world, principal) => ({ id: (await world.registerDevice(owner ?? principal).catch(() => null)) ?? far }));

async function refreshToken(world, principal) {
  const { signIn } = await world.client.data('mutation($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { refreshToken } } }',
    { variables: { input: { ...(await world.code(principal)), device: 'x' } } });
  return { refreshToken: signIn.refreshToken };
}

// The session that is ended must not be the one the principal goes on with.
async function endOwn(world, principal) {
  const going = world.tokens[principal];
  world.renew(principal);
  return { idempotencyKey: key(), after: () => { if (going) world.tokens[principal] = going; } };
}

const changes = {
  submitDossier: {
    'for itself': withKey((world) => world.filed),
    'for the citizen': withKey((world) => ({ ...world.filed, applicant: world.ids.citizen })),
  },
  acceptDossier: { 'of the citizen': of('SUBMITTED', { digitised: true }) },
  assignDossier: { 'of the citizen': of('ACCEPTED') },
  completeDossier: {
    'of the citizen': of('PROCESSING', { outcome: 'GRANTED', eResult: 'KQ-1' }),
    'without a second factor': async (world, principal) => {
      const input = await of('PROCESSING', { outcome: 'GRANTED', eResult: 'KQ-1' })(world);
      const session = world.tokens[principal] ? sessionOf(world.tokens[principal]) : far;
      const at = (when) => world.one(`UPDATE session SET stepped_up_at = ${when} WHERE id = '${session}'`);
      at("now() - interval '901 seconds'");
      return { ...input, after: () => at('now()') };
    },
  },
  handOverDossier: {
    'of the citizen': withKey(async (world) => ({ code: await world.dossier('COMPLETED'), ...world.given() })),
    'to a stranger': of('COMPLETED', { receiver: 'Lê Văn Lạ', delivery: 'COUNTER' }),
  },
  registerDevice: { 'for itself': withKey(phone), 'with a bad address': withKey(() => ({ kind: 'FCM', address: 'short' })) },
  removeDevice: { 'its own': registeredBy(), 'of the citizen': registeredBy('citizen') },
  signIn: { 'with its code': async (world, principal) => ({ ...(await world.code(principal)), device: 'x' }) },
  stepUp: {
    'with its code': (world, principal) => world.code(principal, { acr: 'loa3' }),
    'with the citizen\'s code': (world) => world.code('citizen', { acr: 'loa3' }),
  },
  refreshSession: {
    'its own': refreshToken,
    'made up': () => ({ refreshToken: randomBytes(52).toString('base64url') }),
  },
  endSession: {
    'its own': endOwn,
    'of the citizen': withKey((world) => ({ session: sessionOf(world.house.token('citizen')) })),
  },
  endOtherSessions: { 'its own': anew(withKey(() => ({}))) },
};

const addKey = (more = () => ({})) => withKey((world) => ({ jwk: publicKey(), environment: 'LIVE', scopes: ['dossiers.read'], ...more(world) }));
const ofPartner = addKey((world) => ({ taxCode: world.one('SELECT tax_code FROM organisation WHERE id = 5001') }));
changes.addPartnerKey = { 'for the partner': ofPartner, 'for itself': addKey() };
changes.revokePartnerKey = { 'of the partner': withKey((world) => ({ id: world.partnerKey() })) };

const soon = () => new Date(Date.now() + 86_400_000).toISOString();
const personalNo = () => `07408${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`;
// Its session has shown no second factor, until the answer is there.
const unproven = (make) => async (world, principal) => {
  const input = await make(world, principal);
  const session = world.tokens[principal] ? sessionOf(world.tokens[principal]) : far;
  const at = (when) => world.one(`UPDATE session SET stepped_up_at = ${when} WHERE id = '${session}'`);
  at("now() - interval '901 seconds'");
  return { ...input, after: () => { at('now()'); input.after?.(); } };
};
const grantRole = withKey((world) => ({ officer: world.colleague(), role: 'INTAKE', until: soon() }));
changes.grantRole = {
  'of the officer\'s agency': grantRole,
  'to the officer': withKey((world) => ({ officer: world.one('SELECT public_id FROM officer WHERE id = 1'), role: 'INSPECTOR' })),
  'without a second factor': unproven(grantRole),
};
changes.withdrawRole = { 'of the officer\'s agency': withKey((world) => ({ id: world.roleGrant() })) };
changes.substituteOfficer = { 'of the officer\'s agency': withKey((world) => ({ officer: world.colleague(), substitute: world.colleague(), until: soon() })) };
changes.endSubstitution = { 'of the officer\'s agency': withKey((world) => ({ id: world.substitution() })) };
changes.addOfficer = { 'to its own agency': withKey(() => ({ name: 'Cán bộ mới', personalNo: personalNo() })) };

const shared = { fields: ['STATUS', 'APPLICANT', 'TIMELINE'], purpose: 'Nhận kết quả thay' };
const share = (grantee) => withKey(async (world) => ({ ...shared, code: await world.dossier('SUBMITTED'), with: world.ids[grantee], until: soon() }));
changes.shareDossier = {
  'of the citizen with another': share('third'),
  'of the citizen with the partner': share('partner'),
  'of the citizen with nobody': withKey(async (world) => ({ ...shared, code: await world.dossier('SUBMITTED'), with: far, until: soon() })),
  'of another, that is shared': withKey((world) => ({ ...shared, code: world.shown, with: world.ids.third, until: soon() })),
};
// Whose own a grant or a delegation is made, to be given up.
const numbers = { citizen2: 2, partner: 5001, partner2: 5002 };
changes.submitDossier['for the citizen who has delegated it'] = async (world, principal) => {
  if (numbers[principal]) world.delegation(numbers[principal]);
  return { idempotencyKey: key(), ...world.filed, applicant: world.ids.citizen, after: () => { if (numbers[principal]) world.takeBack(numbers[principal]); } };
};
changes.unshareDossier = {
  'of the citizen': withKey(async (world) => ({ grant: world.grant(await world.dossier('SUBMITTED'), 3) })),
  'its own received': withKey(async (world, principal) => ({ grant: numbers[principal] ? world.grant(await world.dossier('SUBMITTED'), numbers[principal]) : far })),
};
const lend = (more = () => ({})) => withKey((world) => ({ to: world.ids.third, purpose: 'Nộp hồ sơ thay', until: soon(), ...more(world) }));
changes.delegate = { 'for itself': lend(), 'for the partner': lend((world) => ({ from: world.ids.partner })) };
changes.undelegate = {
  'of the citizen': withKey((world) => ({ delegation: world.delegation(3) })),
  'its own received': withKey((world, principal) => ({ delegation: numbers[principal] ? world.delegation(numbers[principal]) : far })),
};
const give = withKey((world) => ({ taxCode: world.one('SELECT tax_code FROM organisation WHERE id = 5001'), person: world.ids.third, role: 'MEMBER', until: soon() }));
changes.giveSeat = { 'in the partner': give, 'without a second factor': unproven(give) };
changes.withdrawSeat = { 'in the partner': withKey((world) => ({ seat: world.seat(3) })) };
changes.classifyDossier = { 'of the citizen': of('SUBMITTED', { accessClass: 'RESTRICTED', reason: 'Hồ sơ có thông tin nhạy cảm' }) };
const ended = (d, world) => d.dossier?.grants.find(({ itsId }) => itsId === world.ended);
const mine = (field, side, known) => ({ ...read(`viewer.${field} ${side.toLowerCase()}`, (s) => viewer(`${field}(side: ${side}, first: 50) { nodes { itsId: id ${s} } }`), null),
  reach: (d, world) => d.viewer?.[field].nodes.find(({ itsId }) => world[known].includes(itsId)) });
const connection = (field) => [read(`viewer.${field}`, (s) => viewer(`${field} { ${s} }`), (d) => d.viewer?.[field])];
const edge = (field) => [read(`viewer.${field} received`, (s) => viewer(`${field}(side: RECEIVED) { edges { ${s} } }`), (d) => d.viewer?.[field].edges[0])];

// The partners by their test keys, and the citizens as somebody invented of theirs: 'an' of the first and of the second.
async function enterSandbox(world, principal) {
  const going = world.tokens[principal];
  world.tokens[principal] = await world.sandboxToken(principal) ?? going;
  return () => { world.tokens[principal] = going; };
}
const inSandbox = (input) => async (world, principal) => ({ ...await input(world, principal), after: await enterSandbox(world, principal) });
const seenInSandbox = (way) => ({ ...way, document: async (world, principal, selection) =>
  ({ ...await way.document(world, principal, selection), after: await enterSandbox(world, principal) }) });
const ofSandbox = (world) => ({ code: world.sandboxed });
const person = () => ({ person: 'an', device: 'x' });
changes.submitDossier['in the sandbox'] = inSandbox(withKey(() => ({ procedure: '9.000002', agency: 'H00.1', consent: true })));
changes.sandboxSignIn = { 'as somebody of it': person, 'as somebody of it in the sandbox': inSandbox(person) };
changes.sandboxAdvance = {
  'of the citizen': of('SUBMITTED', { event: 'accept' }),
  'of the citizen in the sandbox': inSandbox(of('SUBMITTED', { event: 'accept' })),
  'of the sandbox': withKey(async (world) => ({ code: await world.sandboxDossier(), event: 'accept' })),
  'of the sandbox in it': inSandbox(withKey(async (world) => ({ code: await world.sandboxDossier(), event: 'accept' }))),
};
const fieldOfficer = (d, world) => d.viewer?.staff?.nodes.find(({ itsId }) => itsId === world.ids.field);
const staff = (s) => viewer(`staff(first: 5) { nodes { itsId: id ${s} } }`);
changes.submitBulk = { 'for itself': withKey((world) => ({ items: [{ reference: 'a', ...world.filed }] })) };

async function leave(world, principal) {
  const going = world.tokens[principal];
  if (going && principal !== 'expired') world.newcomer(principal);
  return { idempotencyKey: key(), after: () => { if (going) world.tokens[principal] = going; } };
}
changes.requestExport = { 'its own': withKey(() => ({})), 'without a second factor': unproven(withKey(() => ({}))) };
changes.requestErasure = { 'its own': leave, 'without a second factor': unproven(leave) };
const byTaxCode = (world) => ({ taxCode: world.one('SELECT tax_code FROM organisation WHERE id = 5001') });
const hook = { environment: 'LIVE', url: 'https://hooks.partner.vn/' };
changes.addGuest = { 'for the partner': withKey((world) => ({ ...byTaxCode(world), guest: world.guest() })), 'for itself': withKey((world) => ({ guest: world.guest() })) };
changes.removeGuest = {
  'of the partner': withKey((world) => ({ ...byTaxCode(world), id: world.invited() })),
  'of itself': withKey((world) => ({ id: world.invited() })),
};
changes.addWebhookEndpoint = { 'for the partner': withKey((world) => ({ ...byTaxCode(world), ...hook })), 'for itself': withKey(() => hook) };
changes.updateWebhookEndpoint = { 'of the partner': withKey((world) => ({ id: world.webhook(), state: 'DISABLED' })) };
changes.rotateWebhookSecret = { 'of the partner': withKey((world) => ({ id: world.webhook() })) };
changes.removeWebhookEndpoint = { 'of the partner': withKey((world) => ({ id: world.webhook() })) };

const paper = { kind: 'CCCD', title: 'Căn cước' };
changes.keepPaper = {
  'of the citizen': withKey((world) => ({ ...paper, upload: world.upload() })),
  'its own': withKey((world, principal) => ({ ...paper, upload: { citizen: () => world.upload(), citizen2: () => world.upload(2) }[principal]?.() ?? far })),
};
changes.removePaper = { 'of the citizen': withKey((world) => ({ paper: world.storedPaper() })) };
changes.scanPart = {
  'of the citizen': withKey(async (world, principal) => ({ code: await world.dossier('SUBMITTED'), scan: { upload: world.officerUpload(principal), part: 'Căn cước', kind: 'CCCD' } })),
  'of the citizen, accepted': withKey(async (world, principal) => ({ code: await world.dossier('ACCEPTED'), scan: { upload: world.officerUpload(principal), part: 'Căn cước', kind: 'CCCD' } })),
};
changes.attachResult = { 'of the citizen': withKey(async (world, principal) => ({ ...paper, code: await world.dossier('PROCESSING'), upload: world.officerUpload(principal) })) };
changes.removeScan = { 'of the citizen': withKey(async (world) => { const of = await world.dossier('SUBMITTED'); return { code: of, paper: world.scan(of) }; }) };
const shelf = (s) => viewer(`papers(first: 50) { nodes { itsId: id ${s} } }`);
const parts = (s) => dossier(`parts { ${s} }`);
// Of the citizen's dossiers, each in the state that the change is for.
const at = (state, more = () => ({})) => withKey(async (world) => { const code = await world.waiting(state); return { code, ...more(world, code) }; });
const because = { reason: 'Không đủ điều kiện.' };
changes.acceptAtCounter = { 'for the citizen': withKey((world) => ({ procedure: world.where.procedure, applicant: world.ids.citizen, digitised: true })) };
changes.askIntakeSupplement = { 'of the citizen': of('SUBMITTED', asked()) };
changes.supplementDossier = { 'of the citizen': at('INTAKE_SUPPLEMENT', (world, code) => ({ items: world.missing(code).map((item) => ({ item })) })) };
changes.receiveItems = { 'of the citizen': at('SUPPLEMENT_REQUIRED', (world, code) => ({ items: world.missing(code), digitised: true })) };
changes.waiveSupplement = { 'of the citizen': at('SUPPLEMENT_REQUIRED', () => because) };
changes.rejectDossier = { 'of the citizen': of('SUBMITTED', { ...because, legalBasis: 'Điều 8' }) };
changes.sendTask = { 'of the citizen': withKey(async (world) => ({ code: await world.dossier('PROCESSING'), ...world.task() })) };
const toAnswer = (world, code) => ({ task: world.open('inter_agency_task', code), outcome: 'DONE', answer: 'Đã xác nhận.' });
changes.acceptTask = { 'of officer3\'s agency': at('INTERAGENCY', (world, code) => ({ task: world.open('inter_agency_task', code) })) };
changes.answerTask = { 'of officer3\'s agency': at('INTERAGENCY', toAnswer),
  'of officer3\'s agency, one of two': withKey(async (world) => { const code = await world.waiting('INTERAGENCY'); await world.make('officer', 'sendTask', { code, ...world.task('Trích lục bản đồ') }); return { code, ...toAnswer(world, code) }; }) };
changes.askSupplement = { 'of the citizen': of('PROCESSING', asked()) };
changes.demandFee = { 'of the citizen': of('PROCESSING', fee()) };
changes.recordPayment = { 'of the citizen': at('PAYMENT_REQUIRED', (world, code) => ({ demand: world.open('fee_demand', code), amountDong: 1000, reference: `BL ${code}` })) };
changes.exemptFee = { 'of the citizen': at('PAYMENT_REQUIRED', (world, code) => ({ demand: world.open('fee_demand', code), reason: 'Hộ nghèo', legalBasis: 'Điều 10' })) };
changes.recordRefund = { 'of the citizen': withKey(async (world) => {
  const code = await world.refunding();
  return { code, demand: world.one(`SELECT f.public_id FROM fee_demand f JOIN dossier d ON d.id = f.dossier WHERE d.code = '${code}'`), amountDong: 1000, reference: `HT ${code}` };
}) };
changes.payDossier = { 'of the citizen': at('PAYMENT_REQUIRED', (world, code) => ({ demand: world.open('fee_demand', code), method: 'COUNTER' })) };
changes.recordExternalNo = { 'of the citizen': withKey(async (world) => { const code = await world.dossier('PROCESSING'); return { code, externalDossierNo: `BHXH ${code}` }; }) };
changes.requestWithdraw = { 'of the citizen': of('PROCESSING') };
changes.decideWithdrawal = { 'of the citizen': at('WITHDRAW_REQUESTED', () => ({ approve: true, papersReturned: true })) };
changes.stopDossier = { 'of the citizen': of('PROCESSING', because), 'without a second factor': unproven(of('PROCESSING', because)) };
changes.reopenDossier = { 'of the citizen': of('COMPLETED', because), 'without a second factor': unproven(of('COMPLETED', because)) };
changes.extendDossier = { 'of the citizen': of('PROCESSING', { ...because, dueAt: '2027-03-01T08:00:00+07:00' }) };
changes.collectResult = { 'of the citizen': withKey(async (world) => { const it = await world.dossier('COMPLETED'); world.electronic(it); return { code: it }; }), 'on paper, of the citizen': of('COMPLETED') };
changes.setAssignmentRule = {
  'of its own agency': withKey((world) => ({ kind: 'OFFICER', officer: world.one('SELECT public_id FROM officer WHERE id = 1'), procedure: '2.000884' })),
  'without a second factor': unproven(withKey(() => ({ kind: 'NONE', procedure: '2.000884' }))),
};
changes.proposeSupplement = { 'of the citizen': of('PROCESSING', asked()) };
changes.proposeStop = { 'of the citizen': of('PROCESSING', because) };
changes.proposeExtension = { 'of the citizen': of('PROCESSING', { ...because, dueAt: '2027-03-01T08:00:00+07:00' }) };
const proposed = (by, more = {}) => withKey(async (world) => ({ request: await world.signature(by), ...more }));
changes.signRequest = { 'of the officer\'s colleague': proposed(2), 'without a second factor': unproven(proposed(2)) };
changes.returnRequest = { 'of the officer\'s colleague': proposed(2, because), 'of the officer itself': proposed(1, because) };
const toSign = (s) => viewer(`signatureRequests(first: 50) { nodes { itsId: id ${s} } }`);
const sentBack = (d, world) => d.viewer?.signatureRequests.nodes.find(({ itsId }) => itsId === world.sentBack);
changes.chooseDelivery = { 'of the citizen': of('ACCEPTED', { delivery: 'POST' }) };
changes.changeChannel = { 'of the citizen': of('ACCEPTED', { channel: 'COUNTER' }) };
changes.makeTrackingCode = { 'of the citizen': withKey((world) => ({ code: world.receipted })) };
const receipt = (world) => ({ code: world.looked, trackingCode: world.trackingCode });
changes.acceptDossiers = { 'of the citizen': withKey(async (world) => ({ items: [{ code: await world.dossier('SUBMITTED'), digitised: true }] })) };
changes.assignDossiers = { 'of the citizen': withKey(async (world) => ({ items: [{ code: await world.dossier('ACCEPTED') }] })) };
changes.completeDossiers = { 'of the citizen': withKey(async (world) => ({ items: [{ code: await world.dossier('PROCESSING'), outcome: 'GRANTED', eResult: 'KQ-1' }] })) };
changes.handOverDossiers = { 'of the citizen': withKey(async (world) => ({ items: [{ code: await world.dossier('COMPLETED'), ...world.given() }] })) };
const newVersion = { procedure: '2.000884', name: 'Chứng thực chữ ký', validFrom: '2031-01-01', onlineLevel: 'FULL', homeEligible: true, boundaryFree: true };
changes.proposeProcedureVersion = { 'of the officer\'s agency': withKey((world) => { world.noProposal(); return newVersion; }) };
changes.proposeProcedureEnd = { 'of the officer\'s agency': withKey((world) => { world.noProposal(); return { procedure: newVersion.procedure, endsOn: '2031-01-01' }; }) };
const decided = (by) => withKey((world) => ({ proposal: world.proposal(by), decisionNumber: '1/QĐ-UBND', decidedOn: '2026-11-01', decidedBy: 'Ủy ban nhân dân' }));
changes.publishProcedureVersion = { 'of the officer\'s colleague': decided(), 'of the officer itself': decided('officer'), 'without a second factor': unproven(decided()) };
changes.withdrawProposal = { 'of the officer\'s colleague': withKey((world) => ({ proposal: world.proposal() })), 'of the officer itself': withKey((world) => ({ proposal: world.proposal('officer') })) };
const resultLine = (more = {}) => ({ number: `SO-${key()}`, issuedOn: '2024-01-01', title: 'Giấy phép', taxCode: '0100109106', ...more });
changes.importResults = { 'of its own agency': withKey(() => ({ lines: [resultLine(), resultLine({ title: '' })] })) };
changes.attachResultScan = { 'of the officer\'s agency': withKey((world) => ({ result: world.inventoried('INVENTORIED'), upload: world.scanned() })) };
const checked = (by) => withKey((world) => ({ result: world.inventoried('PROPOSED', { by }), fits: true, taxCode: world.one('SELECT tax_code FROM organisation WHERE id = 5001') }));
changes.checkResult = { 'of the officer\'s colleague': checked(2), 'of the officer itself': checked(1) };
changes.removeResult = { 'of the officer\'s agency': withKey((world) => ({ result: world.inventoried('INVENTORIED') })) };
const results = (s, state = 'PROPOSED') => viewer(`results(first: 100, state: ${state}) { nodes { itsId: id ${s} } }`);
const resultOf = (which) => (d, world) => d.viewer?.results.nodes.find(({ itsId }) => itsId === world.results[which]);
changes.retryPortalMessage = { 'for the officer\'s agency': withKey((world) => ({ message: world.quarantined() })), 'for no agency that is known': withKey((world) => ({ message: world.quarantined('H99.1') })) };
const settled = (agency) => withKey((world) => ({ message: world.quarantined(agency), reason: 'Đã giải quyết' }));
changes.dismissPortalMessage = { 'for the officer\'s agency': settled(), 'for no agency that is known': settled('H99.1') };
changes.redriveSync = { 'of the citizen': withKey(async (world) => ({ code: world.givenUp(await world.dossier('SUBMITTED')) })) };
const ofProcedure = (name, around, reach) => read(`procedure.${name}`, (s) => `query($code: String!) { procedure(code: $code) { ${around(s)} } }`, (d) => reach(d.procedure), (world) => ({ code: world.where.procedure }));
const seesProposal = { ...read('viewer.procedureProposals', (s) => viewer(`procedureProposals { ${s} }`), (d) => d.viewer?.procedureProposals[0]) };
changes.saveDraft = {
  'a new one': withKey((world) => ({ ...world.where, set: [{ name: 'note', value: '"x"' }] })),
  'of the citizen': withKey((world) => ({ draft: world.draft, set: [{ name: 'note', value: '"y"' }] })),
};
changes.removeDraft = { 'of the citizen': withKey((world) => ({ id: world.newDraft() })) };
changes.submitDossier['of a draft of the citizen'] = withKey((world) => ({ draft: world.newDraft(), consent: true }));
changes.submitDossier['about another place'] = withKey((world) => ({ ...world.filed, place: { code: '25813', on: '2025-07-01' }, supportAgency: 'H29.1' }));
const drafts = (s) => viewer(`drafts { itsId: id ${s} }`);
const draftOf = (d, world) => d.viewer?.drafts.find(({ itsId }) => itsId === world.draft);
const procedure = (s) => `query($code: String!) { procedure(code: $code) { ${s} } }`;
const near = (s) => `query($code: String!) { nearestPoints(at: { unit: { code: "25753" } }, procedure: $code, first: 1) { ${s} } }`;
const theProcedure = (world) => ({ code: world.where.procedure });

// What is proposed is written as it is done.
const doneBy = { proposeSupplement: 'askSupplement', proposeStop: 'stopDossier', proposeExtension: 'extendDossier' };
const inputType = (name) => { const it = doneBy[name] ?? name; return `${it[0].toUpperCase()}${it.slice(1)}Input!`; };
const change = (field, which, type, input = changes[field][which]) => ({
  name: `${field} ${which}`,
  reach: (data) => (data.done.__typename === type ? data.done : null),
  async document(world, principal, selection) {
    const { after, ...sent } = await input(world, principal);
    return { after, variables: { input: sent },
      query: `mutation($input: ${inputType(field)}) { done: ${field}(input: $input) { __typename ... on ${type} { ${selection} } } }` };
  },
});

const again = async (world, principal) => {
  const input = { idempotencyKey: key(), ...phone() };
  await world.client.post('mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { __typename } }', { token: world.tokens[principal], variables: { input } });
  return { ...input, address: key() };
};
const stale = withKey((world) => ({ code: world.fixed, expectedSeq: 1, digitised: true }));

const accesses = (s) => dossier(`accesses(first: 5) { ${s} }`);
// What is below the payload of a change.
const within = (field, which, type, name) => ({ ...change(field, which, type),
  document: (...known) => change(field, which, type).document(...known.slice(0, 2), `${name} { ${known[2]} }`),
  reach: (d) => d.done[name]?.[0] });

// A list of a dossier of the citizen's: world[which] is its code, the item is the one at that place.
const ofDossier = (list, which, place = 0) => read(`dossier.${list}`, (s) => dossier(`${list} { ${s} }`), (d) => d.dossier?.[list][place], (world) => ({ code: world[which] }));
const nextOf = (name, which) => read(`dossier.nextAction: ${name}`, (s) => dossier(`nextAction { ${s} }`), (d) => d.dossier?.nextAction, (world) => ({ code: world[which] }));
const load = (s) => viewer(`load { ${s} }`);

// ---- the ways to each type ----

export const ways = {
  PageInfo: [read('viewer.dossiers', (s) => viewer(`dossiers(first: 1) { pageInfo { ${s} } }`), (d) => d.viewer?.dossiers.pageInfo),
    read('procedures', (s) => procedures(`pageInfo { ${s} }`), (d) => d.procedures.pageInfo)],
  Device: [node('Device')],
  NextAction: [nextOf('a supplement', 'asking'), nextOf('a payment', 'owing')],
  Supplement: [ofDossier('supplements', 'tasked')],
  SupplementItem: [read('dossier.supplements.items', (s) => dossier(`supplements { items { ${s} } }`), (d) => d.dossier?.supplements[0]?.items[0], (world) => ({ code: world.tasked })),
    read('dossier.nextAction.parts', (s) => dossier(`nextAction { parts { ${s} } }`), (d) => d.dossier?.nextAction?.parts[0], (world) => ({ code: world.asking }))],
  InterAgencyTask: [ofDossier('tasks', 'tasked', 1)],
  FeeDemand: [ofDossier('feeDemands', 'tasked'), read('dossier.nextAction.fee', (s) => dossier(`nextAction { fee { ${s} } }`), (d) => d.dossier?.nextAction?.fee, (world) => ({ code: world.owing }))],
  TransferAccount: [read('dossier.nextAction.fee.account', (s) => dossier(`nextAction { fee { account { ${s} } } }`), (d) => d.dossier?.nextAction?.fee?.account, (world) => ({ code: world.owing }))],
  IssuedForm: [ofDossier('issuedForms', 'tasked')],
  DossierChannel: [read('dossier.channel', (s) => dossier(`channel { ${s} }`), (d) => d.dossier?.channel, (world) => ({ code: world.moved }))],
  ChannelChange: [read('dossier.channel.changes', (s) => dossier(`channel { changes { ${s} } }`), (d) => d.dossier?.channel.changes[0], (world) => ({ code: world.moved }))],
  DossierStatus: [read('lookUpDossier', (s) => `query($code: String!, $trackingCode: String!) { lookUpDossier(code: $code, trackingCode: $trackingCode) { ... on DossierStatus { itsState: state ${s} } } }`,
    (d) => (d.lookUpDossier.itsState ? d.lookUpDossier : null), receipt)],
  TrackingCodeMade: [change('makeTrackingCode', 'of the citizen', 'TrackingCodeMade')],
  Digest: [read('viewer.digests', (s) => viewer(`digests { ${s} }`), (d) => d.viewer?.digests[0])],
  AgencyLoad: [read('viewer.load', load, (d) => d.viewer?.load[0])],
  OfficerLoad: [read('viewer.load.officers', (s) => load(`officers { itsOfficer: officer { id } ${s} }`), (d) => d.viewer?.load[0]?.officers?.find(({ itsOfficer }) => itsOfficer)),
    read('viewer.digests.officers', (s) => viewer(`digests { officers { ${s} } }`), (d) => d.viewer?.digests[0]?.officers[0])],
  TaskAnswered: [change('answerTask', 'of officer3\'s agency', 'TaskAnswered'), change('answerTask', 'of officer3\'s agency, one of two', 'TaskAnswered')],
  DossiersAccepted: [change('acceptDossiers', 'of the citizen', 'DossiersAccepted')],
  DossiersAssigned: [change('assignDossiers', 'of the citizen', 'DossiersAssigned')],
  DossierAssignment: [within('assignDossiers', 'of the citizen', 'DossiersAssigned', 'items')],
  DossiersCompleted: [change('completeDossiers', 'of the citizen', 'DossiersCompleted')],
  DossierCompletion: [within('completeDossiers', 'of the citizen', 'DossiersCompleted', 'items')],
  DossiersHandedOver: [change('handOverDossiers', 'of the citizen', 'DossiersHandedOver')],
  DossierHandOver: [within('handOverDossiers', 'of the citizen', 'DossiersHandedOver', 'items')],
  DossierAcceptance: [within('acceptDossiers', 'of the citizen', 'DossiersAccepted', 'items')],
  Dossier: [read('dossier', dossier, (d) => d.dossier, code), node('Dossier'),
    read('viewer.signatureRequests.dossier', (s) => toSign(`dossier { ${s} }`), (d, world) => sentBack(d, world)?.dossier),
    read('dossier with a task of officer3\'s agency', dossier, (d) => d.dossier, (world) => ({ code: world.tasked })),
    read('dossier that waits for its applicant', dossier, (d) => d.dossier, (world) => ({ code: world.asking })),
    seenInSandbox(read('dossier of the sandbox in it', dossier, (d) => d.dossier, ofSandbox)),
    { ...read('viewer.dossiers', (s) => viewer(`dossiers(first: 50) { nodes { itsCode: code ${s} } }`), null),
      reach: (d, world) => d.viewer?.dossiers.nodes.find(({ itsCode }) => itsCode === world.fixed) }],
  Deadline: [ofTimed((s) => s, (deadline) => deadline)],
  DeadlinePause: [ofTimed((s) => `pauses { ${s} }`, ({ pauses }) => pauses[0])],
  DeadlineRule: [ofTimed((s) => `rule { ${s} }`, ({ rule }) => rule)],
  DayOff: [ofTimed((s) => `holidaysCounted { ${s} }`, ({ holidaysCounted }) => holidaysCounted[0])],
  DeadlineExtension: [ofTimed((s) => `extensions { ${s} }`, ({ extensions }) => extensions[0])],
  DeadlineHolder: [ofTimed((s) => `holders { ${s} }`, ({ holders }) => holders[0])],
  SandboxPerson: [seenInSandbox(read('sandboxPeople in the sandbox', (s) => `{ sandboxPeople { ${s} } }`, (d) => d.sandboxPeople[0]))],
  BulkDossier: [read('bulkDossiers', (s) => `query($codes: [String!]!) { bulkDossiers(codes: $codes) { ${s} } }`,
    (d) => d.bulkDossiers[0], (world) => ({ codes: [world.fixed] }))],
  BulkJob: [read('bulkJob', job, (d) => d.bulkJob, ofJob),
    { ...read('viewer.bulkJobs', (s) => viewer(`bulkJobs { itsId: id ${s} }`), null),
      reach: (d, world) => d.viewer?.bulkJobs.find(({ itsId }) => itsId === world.job) }],
  BulkItemConnection: [read('bulkJob.items', (s) => job(`items(first: 2) { ${s} }`), (d) => d.bulkJob?.items, ofJob)],
  BulkItemEdge: [read('bulkJob.items', (s) => job(`items(first: 2) { edges { ${s} } }`), (d) => d.bulkJob?.items.edges[0], ofJob)],
  BulkItem: [jobItem('done', 0), jobItem('failed', 1)],
  BulkItemFailure: [read('bulkJob.items: failed', (s) => job(`items(first: 2) { nodes { failure { ${s} } } }`), (d) => d.bulkJob?.items.nodes[1].failure, ofJob)],
  BulkJobAccepted: [change('submitBulk', 'for itself', 'BulkJobAccepted')],
  Applicant: [read('dossier', (s) => dossier(`applicant { ${s} }`), (d) => d.dossier?.applicant, code)],
  DossierConnection: [read('viewer.worklist', (s) => viewer(`worklist(first: 1) { ${s} }`), (d) => d.viewer?.worklist),
    read('viewer.dossiers', (s) => viewer(`dossiers(first: 1) { ${s} }`), (d) => d.viewer?.dossiers)],
  DossierEdge: [read('viewer.worklist', (s) => viewer(`worklist(first: 1) { edges { ${s} } }`), (d) => d.viewer?.worklist.edges[0]),
    read('viewer.dossiers', (s) => viewer(`dossiers(first: 1) { edges { ${s} } }`), (d) => d.viewer?.dossiers.edges[0])],
  DossierEvent: [node('DossierEvent'),
    { ...read('timeline', (s) => dossier(`timeline(first: 20) { nodes { itsId: id ${s} } }`), null, code),
      reach: (d, world) => d.dossier?.timeline.nodes.find(({ itsId }) => itsId === world.event) },
    { ...read('events', (s) => events(`nodes { itsId: id ${s} }`), null, afterEnd),
      reach: (d, world) => d.events.nodes.find(({ itsId }) => itsId === world.event) }],
  DossierEventConnection: [read('timeline', (s) => dossier(`timeline(first: 20) { ${s} }`), (d) => d.dossier?.timeline, code),
    read('events', events, (d) => d.events, afterEnd)],
  DossierEventEdge: [read('timeline', (s) => dossier(`timeline(first: 20) { edges { ${s} } }`), (d) => d.dossier?.timeline.edges[0], code),
    read('events', (s) => events(`edges { ${s} }`), (d) => d.events.edges[0], () => ({ after: null }))],
  Procedure: [read('procedure', (s) => `query($code: String!) { procedure(code: $code) { ${s} } }`, (d) => d.procedure, (world) => ({ code: world.where.procedure })),
    node('Procedure')],
  ProcedureVersion: [ofProcedure('versions', (s) => `versions { ${s} }`, (p) => p.versions[0])],
  ProcedureCase: [ofProcedure('cases', (s) => `cases { ${s} }`, (p) => p.cases[0])],
  ProcedurePart: [ofProcedure('parts', (s) => `parts { ${s} }`, (p) => p.parts[0])],
  NotAsked: [ofProcedure('parts.notAsked', (s) => `parts { notAsked { ${s} } }`, (p) => p.parts[0].notAsked)],
  Fee: [ofProcedure('feeFor', (s) => `feeFor { ${s} }`, (p) => p.feeFor)],
  FeeRule: [ofProcedure('feeFor.rules', (s) => `feeFor { rules { ${s} } }`, (p) => p.feeFor.rules[0])],
  Guidance: [ofProcedure('guidance', (s) => `guidance { ${s} }`, (p) => p.guidance)],
  Catalogue: [read('catalogue', (s) => `{ catalogue(first: 1) { ${s} } }`, (d) => d.catalogue)],
  CatalogueChange: [read('catalogue', (s) => `{ catalogue(first: 1) { changes { ${s} } } }`, (d) => d.catalogue.changes[0])],
  AssignmentRule: [read('viewer.assignmentRules', (s) => viewer(`assignmentRules { ${s} }`), (d) => d.viewer?.assignmentRules[0])],
  AssignmentRuleSet: [change('setAssignmentRule', 'of its own agency', 'AssignmentRuleSet')],
  SignatureRequest: [{ ...read('viewer.signatureRequests', toSign, null), reach: sentBack }],
  SignaturePart: [{ ...read('viewer.signatureRequests.parts', (s) => toSign(`parts { ${s} }`), null), reach: (d, world) => sentBack(d, world)?.parts[0] }],
  SignatureRequestConnection: [read('viewer.signatureRequests', (s) => viewer(`signatureRequests(first: 1) { ${s} }`), (d) => d.viewer?.signatureRequests)],
  SignatureRequestEdge: [read('viewer.signatureRequests', (s) => viewer(`signatureRequests(first: 1) { edges { ${s} } }`), (d) => d.viewer?.signatureRequests.edges[0])],
  SignatureRequested: [change('proposeStop', 'of the citizen', 'SignatureRequested')],
  SignatureRequestReturned: [change('returnRequest', 'of the officer itself', 'SignatureRequestReturned')],
  ProcedureProposal: [seesProposal],
  Adapter: [read('viewer.adapters', (s) => viewer(`adapters { ${s} }`), (d) => d.viewer?.adapters[0])],
  DossierSync: [read('dossier.sync', (s) => dossier(`sync { ${s} }`), (d) => d.dossier?.sync, code)],
  PortalPaper: [read('dossier.portalPapers', (s) => dossier(`portalPapers { ${s} }`), (d) => d.dossier?.portalPapers?.[0], code)],
  FailedSync: [{ ...read('viewer.failedSyncs', (s) => viewer(`failedSyncs { itsCode: code ${s} }`), null), reach: (d, world) => d.viewer?.failedSyncs.find(({ itsCode }) => itsCode === world.shown) }],
  QuarantinedMessage: [{ ...read('viewer.quarantine', (s) => viewer(`quarantine(first: 100) { nodes { itsId: id ${s} } }`), null), reach: (d, world) => d.viewer?.quarantine.nodes.find(({ itsId }) => itsId === world.message) },
    { ...read('viewer.quarantine for no agency that is known', (s) => viewer(`quarantine(first: 100) { nodes { itsId: id ${s} } }`), null), reach: (d, world) => d.viewer?.quarantine.nodes.find(({ itsId }) => itsId === world.strayMessage) }],
  PortalMessageRetried: [change('retryPortalMessage', 'for the officer\'s agency', 'PortalMessageRetried')],
  PortalMessageDismissed: [change('dismissPortalMessage', 'for the officer\'s agency', 'PortalMessageDismissed')],
  QuarantinedMessageConnection: [read('viewer.quarantine', (s) => viewer(`quarantine { ${s} }`), (d) => d.viewer?.quarantine)],
  QuarantinedMessageEdge: [{ ...read('viewer.quarantine', (s) => viewer(`quarantine(first: 100) { edges { its: node { id } ${s} } }`), null), reach: (d, world) => d.viewer?.quarantine.edges.find(({ its }) => its.id === world.message) }],
  SyncRedriven: [change('redriveSync', 'of the citizen', 'SyncRedriven')],
  ProcedureVersionProposed: [change('proposeProcedureVersion', 'of the officer\'s agency', 'ProcedureVersionProposed')],
  ProcedureEndProposed: [change('proposeProcedureEnd', 'of the officer\'s agency', 'ProcedureEndProposed')],
  ProcedureVersionPublished: [change('publishProcedureVersion', 'of the officer\'s colleague', 'ProcedureVersionPublished')],
  ProposalWithdrawn: [change('withdrawProposal', 'of the officer\'s colleague', 'ProposalWithdrawn')],
  Form: [read('procedure.form', (s) => procedure(`form { ${s} }`), (d) => d.procedure?.form, theProcedure)],
  FormField: [read('procedure.form', (s) => procedure(`form { fields { ${s} } }`), (d) => d.procedure?.form?.fields[0], theProcedure)],
  PartForViewer: [read('procedure.partsFor', (s) => procedure(`partsFor { ${s} }`), (d) => d.procedure?.partsFor?.[0], theProcedure)],
  Prefill: [read('procedure.prefill', (s) => procedure(`prefill { ${s} }`), (d) => d.procedure?.prefill, theProcedure)],
  PrefilledField: [read('procedure.prefill', (s) => procedure(`prefill { fields { ${s} } }`), (d) => d.procedure?.prefill?.fields[0], theProcedure)],
  Draft: [{ ...read('viewer.drafts', drafts, null), reach: draftOf }],
  DraftChanges: [{ ...read('viewer.drafts', (s) => drafts(`changes { ${s} }`), null), reach: (d, world) => draftOf(d, world)?.changes }],
  DraftPart: [{ ...read('viewer.drafts', (s) => drafts(`parts { ${s} }`), null), reach: (d, world) => draftOf(d, world)?.parts[0] }],
  DraftField: [{ ...read('viewer.drafts', (s) => drafts(`fields { ${s} }`), null), reach: (d, world) => draftOf(d, world)?.fields[0] }],
  DraftSaved: [change('saveDraft', 'of the citizen', 'DraftSaved')],
  DraftRemoved: [change('removeDraft', 'of the citizen', 'DraftRemoved')],
  DossierForm: [read('dossier.form', (s) => dossier(`form { ${s} }`), (d) => d.dossier?.form, code),
    read('dossier.form that is shown', (s) => dossier(`form { ${s} }`), (d) => d.dossier?.form, (world) => ({ code: world.shown }))],
  DeclaredField: [read('dossier.form', (s) => dossier(`form { fields { ${s} } }`), (d) => d.dossier?.form?.fields[0], code)],
  ProcedureConnection: [read('procedures', procedures, (d) => d.procedures)],
  ProcedureEdge: [read('procedures', (s) => procedures(`edges { ${s} }`), (d) => d.procedures.edges[0])],
  Agency: [node('Agency')],
  Unit: [read('units', (s) => `{ units(search: "Phú Cường") { ${s} } }`, (d) => d.units[0])],
  UnitLink: [read('units.successors', (s) => `{ units(search: "Phú Cường") { successors { ${s} } } }`, (d) => d.units[0].successors[0])],
  NearestPoints: [read('nearestPoints', near, (d) => d.nearestPoints, theProcedure)],
  NearPoint: [read('nearestPoints', (s) => near(`points { ${s} }`), (d) => d.nearestPoints?.points[0], theProcedure)],
  ServicePoint: [read('nearestPoints', (s) => near(`points { point { ${s} } }`), (d) => d.nearestPoints?.points[0].point, theProcedure)],
  OpeningHours: [read('nearestPoints', (s) => near(`points { point { openingHours { ${s} } } }`), (d) => d.nearestPoints?.points[0].point.openingHours[0], theProcedure)],
  DossierPlace: [read('dossier.place', (s) => dossier(`place { ${s} }`), (d) => d.dossier?.place, code),
    read('dossier.place that is shown', (s) => dossier(`place { ${s} }`), (d) => d.dossier?.place, (world) => ({ code: world.shown }))],
  OnTime: [read('agency.onTime', (s) => `query($id: ID!) { node(id: $id) { ... on Agency { onTime { ${s} } } } }`, (d) => d.node?.onTime[0], (world) => ({ id: world.office }))],
  Session: [{ ...sessions('viewer.sessions'), reach: (d, world, principal) => listed(d, world.tokens[principal]) },
    { ...sessions('viewer.sessions of the citizen'), reach: (d, world) => listed(d, world.tokens.citizen) }],
  Viewer: [read('viewer', viewer, (d) => d.viewer), node('Viewer')],
  DossierCounts: [read('viewer.counts', (s) => viewer(`counts { ${s} }`), (d) => d.viewer?.counts)],
  StaleState: [change('acceptDossier', 'of a later state', 'StaleState', stale)],
  GuardFailed: [change('registerDevice', 'with a bad address', 'GuardFailed')],
  Problem: [{ ...change('registerDevice', 'with a bad address', 'GuardFailed'),
    document: (...known) => change('registerDevice', 'with a bad address', 'GuardFailed').document(...known.slice(0, 2), `problems { ${known[2]} }`),
    reach: (d) => d.done.problems?.[0] }],
  NotAllowed: [change('endSession', 'of the citizen', 'NotAllowed', withKey(() => ({ session: far })))],
  RateLimited: [], // no resolver gives it yet
  KeyReused: [change('registerDevice', 'with a used key', 'KeyReused', again)],
  StepUpRequired: [change('completeDossier', 'without a second factor', 'StepUpRequired')],
  PartnerKey: [{ ...read('viewer.partnerKeys', (s) => viewer(`partnerKeys { itsId: id ${s} }`), null),
    reach: (d, world) => d.viewer?.partnerKeys.find(({ itsId }) => itsId === world.key) }],
  StaffRole: [read('staffRoles', (s) => `{ staffRoles { ${s} } }`, (d) => d.staffRoles[0])],
  Officer: [{ ...read('viewer.staff of the officer\'s agency', staff, null), reach: fieldOfficer }],
  OfficerConnection: [read('viewer.staff', (s) => viewer(`staff(first: 1) { ${s} }`), (d) => d.viewer?.staff)],
  OfficerEdge: [read('viewer.staff', (s) => viewer(`staff(first: 1) { edges { ${s} } }`), (d) => d.viewer?.staff?.edges[0])],
  RoleGrant: [read('viewer.roles', (s) => viewer(`roles { itsFor: substituteFor { id } ${s} }`), (d) => d.viewer?.roles.find(({ itsFor }) => itsFor) ?? d.viewer?.roles[0]),
    { ...read('viewer.staff of the officer\'s agency', (s) => staff(`itsRoles: roles { ${s} }`), null), reach: (d, world) => fieldOfficer(d, world)?.itsRoles[0] }],
  Substitution: [{ ...read('viewer.staff of the officer\'s agency', (s) => staff(`itsSubstitutions: substitutions { ${s} }`), null),
    reach: (d, world) => fieldOfficer(d, world)?.itsSubstitutions[0] }],
  RoleGranted: [change('grantRole', 'of the officer\'s agency', 'RoleGranted')],
  RoleWithdrawn: [change('withdrawRole', 'of the officer\'s agency', 'RoleWithdrawn')],
  OfficerSubstituted: [change('substituteOfficer', 'of the officer\'s agency', 'OfficerSubstituted')],
  SubstitutionEnded: [change('endSubstitution', 'of the officer\'s agency', 'SubstitutionEnded')],
  OfficerAdded: [change('addOfficer', 'to its own agency', 'OfficerAdded')],
  Access: [read('dossier.accesses', (s) => accesses(`nodes { ${s} }`), (d) => d.dossier?.accesses?.nodes[0], code)],
  AccessConnection: [read('dossier.accesses', accesses, (d) => d.dossier?.accesses, code)],
  AccessEdge: [read('dossier.accesses', (s) => accesses(`edges { ${s} }`), (d) => d.dossier?.accesses?.edges[0], code)],
  Export: [{ ...read('viewer.exports', (s) => viewer(`exports { itsId: id ${s} }`), null),
    reach: (d, world) => d.viewer?.exports.find(({ itsId }) => itsId === world.export) }],
  ExportRequested: [change('requestExport', 'its own', 'ExportRequested')],
  ErasureAccepted: [change('requestErasure', 'its own', 'ErasureAccepted')],
  Erased: [within('requestErasure', 'its own', 'ErasureAccepted', 'erasedNow')],
  Kept: [within('requestErasure', 'its own', 'ErasureAccepted', 'keptUntil')],
  PartnerKeyAdded: [change('addPartnerKey', 'for the partner', 'PartnerKeyAdded')],
  PartnerKeyRevoked: [change('revokePartnerKey', 'of the partner', 'PartnerKeyRevoked')],
  Party: [{ ...read('dossier.grants', (s) => `query($code: String!) { dossier(code: $code) { grants { itsId: id grantee { ${s} } } } }`, null, (world) => ({ code: world.shown })),
    reach: (d, world) => ended(d, world)?.grantee }],
  DossierGrant: [{ ...read('dossier.grants', (s) => `query($code: String!) { dossier(code: $code) { grants { itsId: id ${s} } } }`, null, (world) => ({ code: world.shown })), reach: ended },
    mine('grants', 'GIVEN', 'granted'), mine('grants', 'RECEIVED', 'granted')],
  DossierGrantConnection: connection('grants'),
  DossierGrantEdge: edge('grants'),
  DossierShared: [change('shareDossier', 'of the citizen with another', 'DossierShared')],
  DossierUnshared: [change('unshareDossier', 'of the citizen', 'DossierUnshared'), change('unshareDossier', 'its own received', 'DossierUnshared')],
  Delegation: [mine('delegations', 'GIVEN', 'lent'), mine('delegations', 'RECEIVED', 'lent')],
  DelegationConnection: connection('delegations'),
  DelegationEdge: edge('delegations'),
  Delegated: [change('delegate', 'for itself', 'Delegated')],
  Undelegated: [change('undelegate', 'of the citizen', 'Undelegated'), change('undelegate', 'its own received', 'Undelegated')],
  Organisation: [read('viewer.seats', (s) => viewer(`seats { organisation { ${s} } }`), (d) => d.viewer?.seats[0]?.organisation)],
  Seat: [read('viewer.seats', (s) => viewer(`seats { ${s} }`), (d) => d.viewer?.seats[0])],
  SeatGiven: [change('giveSeat', 'in the partner', 'SeatGiven')],
  SeatWithdrawn: [change('withdrawSeat', 'in the partner', 'SeatWithdrawn')],
  RefundRecorded: [change('recordRefund', 'of the citizen', 'RefundRecorded')],
  DossierClassified: [change('classifyDossier', 'of the citizen', 'DossierClassified')],
  Guest: [{ ...read('viewer.guests', (s) => viewer(`guests { itsId: id ${s} }`), null), reach: (d, world) => d.viewer?.guests.find(({ itsId }) => itsId === world.ids.citizen) }],
  GuestAdded: [change('addGuest', 'for the partner', 'GuestAdded')],
  GuestRemoved: [change('removeGuest', 'of the partner', 'GuestRemoved')],
  WebhookEndpoint: [{ ...read('viewer.webhookEndpoints', (s) => viewer(`webhookEndpoints { itsId: id ${s} }`), null),
    reach: (d, world) => d.viewer?.webhookEndpoints.find(({ itsId }) => itsId === world.endpoint) }],
  WebhookEndpointAdded: [change('addWebhookEndpoint', 'for the partner', 'WebhookEndpointAdded')],
  WebhookEndpointChanged: [change('updateWebhookEndpoint', 'of the partner', 'WebhookEndpointChanged')],
  WebhookEndpointRemoved: [change('removeWebhookEndpoint', 'of the partner', 'WebhookEndpointRemoved')],
  WebhookSecretRotated: [change('rotateWebhookSecret', 'of the partner', 'WebhookSecretRotated')],
  StoredPaper: [{ ...read('viewer.papers', shelf, null), reach: (d, world) => d.viewer?.papers.nodes.find(({ itsId }) => itsId === world.paper) },
    { ...read('viewer.papers: refused', shelf, null), reach: (d, world) => d.viewer?.papers.nodes.find(({ itsId }) => itsId === world.refused) },
    read('dossier.parts', (s) => parts(`paper { ${s} }`), (d) => d.dossier?.parts?.[0].paper, code),
    read('dossier.resultFiles', (s) => dossier(`resultFiles { ${s} }`), (d) => d.dossier?.resultFiles?.[0], code)],
  StoredPaperConnection: [read('viewer.papers', (s) => viewer(`papers { ${s} }`), (d) => d.viewer?.papers)],
  StoredPaperEdge: [read('viewer.papers', (s) => viewer(`papers(first: 1) { edges { ${s} } }`), (d) => d.viewer?.papers.edges[0])],
  DossierPart: [read('dossier.parts', parts, (d) => d.dossier?.parts?.[0], code)],
  AnnouncedPart: [read('dossier.announcedParts', (s) => dossier(`announcedParts { ${s} }`), (d) => d.dossier?.announcedParts?.[0], code)],
  PaperKept: [change('keepPaper', 'its own', 'PaperKept'), change('scanPart', 'of the citizen', 'PaperKept'), change('attachResult', 'of the citizen', 'PaperKept')],
  PaperRemoved: [change('removePaper', 'of the citizen', 'PaperRemoved'), change('removeScan', 'of the citizen', 'PaperRemoved')],
  Digitisation: [read('digitisation', (s) => `{ digitisation { ${s} } }`, (d) => d.digitisation[0])],
  PaperReuse: [read('node', (s) => `query($id: ID!) { node(id: $id) { ... on Agency { paperReuse { ${s} } } } }`, (d) => d.node?.paperReuse,
    (world) => ({ id: world.one('SELECT a.public_id FROM agency a JOIN officer o ON o.agency = a.id WHERE o.id = 1') }))],
  ProcedureResult: [{ ...read('viewer.results: to be checked', (s) => results(s), null), reach: resultOf('checked') },
    { ...read('viewer.results: given back', (s) => results(s, 'INVENTORIED'), null), reach: resultOf('back') },
    { ...read('viewer.papers.result', (s) => shelf(`result { ${s} }`), null), reach: (d, world) => d.viewer?.papers.nodes.find(({ itsId }) => itsId === world.paper)?.result },
    read('dossier.parts.paper.result', (s) => parts(`paper { result { ${s} } }`), (d) => d.dossier?.parts?.[0].paper?.result, code)],
  ProcedureResultConnection: [read('viewer.results', (s) => viewer(`results(first: 1) { ${s} }`), (d) => d.viewer?.results)],
  ProcedureResultEdge: [read('viewer.results', (s) => viewer(`results(first: 1) { edges { ${s} } }`), (d) => d.viewer?.results.edges[0])],
  ResultsImported: [change('importResults', 'of its own agency', 'ResultsImported')],
  ResultImport: [{ ...within('importResults', 'of its own agency', 'ResultsImported', 'import'), reach: (d) => d.done.import }],
  ResultLineProblem: [{ ...change('importResults', 'of its own agency', 'ResultsImported'), reach: (d) => d.done.import?.problems[0],
    document: (world, principal, s) => change('importResults', 'of its own agency', 'ResultsImported').document(world, principal, `import { problems { ${s} } }`) }],
  ResultChanged: [change('attachResultScan', 'of the officer\'s agency', 'ResultChanged'), change('checkResult', 'of the officer\'s colleague', 'ResultChanged')],
  ResultRemoved: [change('removeResult', 'of the officer\'s agency', 'ResultRemoved')],
  DossierChanged: [change('acceptDossier', 'of the citizen', 'DossierChanged'), change('submitDossier', 'for itself', 'DossierChanged'),
    change('acceptAtCounter', 'for the citizen', 'DossierChanged')],
  DeviceRegistered: [change('registerDevice', 'for itself', 'DeviceRegistered')],
  DeviceRemoved: [change('removeDevice', 'its own', 'DeviceRemoved')],
  SignedIn: [change('signIn', 'with its code', 'SignedIn')],
  SessionEnded: [change('endSession', 'its own', 'SessionEnded')],
  OtherSessionsEnded: [change('endOtherSessions', 'its own', 'OtherSessionsEnded')],
};

// ---- the ways to each root field ----

const root = (name, call, variables = () => ({}), declare = '') => ({ name, reach: (d) => d,
  document: async (world) => ({ query: `query${declare} { it: ${call} }`, variables: variables(world) }) });

export const roots = {
  Query: {
    viewer: [root('asked', 'viewer { __typename }')],
    dossier: [root('of the citizen', 'dossier(code: $code) { __typename }', code, '($code: String!)'),
      root('of nobody', 'dossier(code: "H09.9-261126-9999") { __typename }'),
      root('of the sandbox', 'dossier(code: $code) { __typename }', ofSandbox, '($code: String!)'),
      seenInSandbox(root('of the sandbox in it', 'dossier(code: $code) { __typename }', ofSandbox, '($code: String!)')),
      seenInSandbox(root('of the citizen in the sandbox', 'dossier(code: $code) { __typename }', code, '($code: String!)'))],
    dossiersByExternalNo: [root('asked', 'dossiersByExternalNo(externalDossierNo: "03706/2026/07906") { __typename }')],
    sandboxPeople: [root('asked', 'sandboxPeople { __typename }'), seenInSandbox(root('in the sandbox', 'sandboxPeople { __typename }'))],
    bulkDossiers: [root('of the citizen', 'bulkDossiers(codes: $codes) { __typename }', (world) => ({ codes: [world.fixed] }), '($codes: [String!]!)')],
    bulkJob: [root('of the partner', 'bulkJob(id: $id) { __typename }', ofJob, '($id: ID!)'), root('of nothing', `bulkJob(id: "${far}") { __typename }`)],
    catalogue: [root('asked', 'catalogue(first: 1) { __typename }')],
    digitisation: [root('asked', 'digitisation { __typename }')],
    procedures: [root('asked', 'procedures(first: 1) { __typename }')],
    procedure: [root('asked', 'procedure(code: $code) { __typename }', (world) => ({ code: world.where.procedure }), '($code: String!)'),
      root('of the sandbox', 'procedure(code: "9.000001") { __typename }'), seenInSandbox(root('of the sandbox in it', 'procedure(code: "9.000001") { __typename }'))],
    node: [root('the citizen\'s dossier', 'node(id: $id) { __typename }', (world) => ({ id: world.ids.fixed }), '($id: ID!)'),
      root('of nothing', `node(id: "${far}") { __typename }`)],
    events: [root('asked', 'events(first: 1) { __typename }')],
    lookUpDossier: [root('of the citizen', 'lookUpDossier(code: $code, trackingCode: $trackingCode) { __typename }', receipt, '($code: String!, $trackingCode: String!)'),
      root('of the citizen without the receipt', 'lookUpDossier(code: $code, trackingCode: "0") { __typename }', (world) => ({ code: world.looked }), '($code: String!)')]
      .map((way) => ({ ...way, answersType: true })),
    units: [root('asked', 'units(search: "Long Hoà") { __typename }')],
    nearestPoints: [root('asked', 'nearestPoints(at: { coordinates: { latitude: 11, longitude: 106.7 } }, procedure: $code) { __typename }', (world) => ({ code: world.where.procedure }), '($code: String!)'),
      root('of the sandbox', 'nearestPoints(at: { unit: { code: "00000" } }, procedure: "9.000001") { __typename }'),
      seenInSandbox(root('of the sandbox in it', 'nearestPoints(at: { unit: { code: "00000" } }, procedure: "9.000001") { __typename }'))],
    staffRoles: [root('asked', 'staffRoles { __typename }')],
    clientStatus: [root('asked', 'clientStatus(name: "motcua-android", version: "1.0.0")')],
  },
  Mutation: Object.fromEntries(Object.entries(changes).map(([field, whichs]) => [field, Object.entries(whichs).map(([which, input]) => ({
    name: which,
    reach: (d) => d,
    answersType: true,
    async document(world, principal) {
      const { after, ...sent } = await input(world, principal);
      return { after, variables: { input: sent }, query: `mutation($input: ${inputType(field)}) { it: ${field}(input: $input) { __typename } }` };
    },
  }))])),
};
