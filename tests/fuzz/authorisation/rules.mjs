// The written rules: who may see what (DOMAIN §2.8, §4.1 (13-15), R6, R26; SECURITY §2.2), in words and as a predicate on
// the plain tables. A type with an identity that has no rule here is an error of the fuzzer, which names it.
//   find(world, object)     the row that the object says it is; undefined: there is none
//   may(world, who, row)    is it this principal's to see, now?
//   same                    fields that are the row's own, so that nobody is shown somebody else's under his id
//   fields                  what is withheld of an object that is seen: its own may(world, who, row)

const inForce = (world, grant) => grant.revoked_at === null && grant.until > world.now;
const seatCounts = (world, seat) => seat.withdrawn_at === null && seat.until > world.now;
const grantsOn = (world, dossier) => world.grantsOf.get(dossier.id) ?? [];

// Asked for every object of an answer, and the same until the world is read again.
const once = (name, make) => (world, who) => {
  if (who.turn !== world.turn) Object.assign(who, { turn: world.turn, memo: {} });
  return who.memo[name] ??= make(world, who);
};

const seatsOf = (world, who, role) => (world.seatsOf.get(who.me) ?? []).filter((seat) => seatCounts(world, seat) && (!role || seat.role === role)).map((seat) => seat.organisation);

/** The invented people of a partner, whom its TEST keys play. */
const sandboxOf = (world, who) => (who.environment === 'TEST' && who.kind === 'PARTNER' ? world.sandboxOf.get(who.me) ?? [] : []);

/** For whom somebody speaks: himself and the organisations he administers; a partner, its own tax code, and by a TEST key the organisation invented for it. */
export const speaksFor = once('speaksFor', (world, who) => {
  if (who.kind === 'PARTNER') return [who.me, ...sandboxOf(world, who).filter((id) => world.subject.get(id).kind === 'ORGANISATION')];
  return who.kind === 'CITIZEN' ? [who.me, ...seatsOf(world, who, 'ADMINISTRATOR')] : [];
});

/** Organisations in which somebody has a seat that counts, of any role. */
export const sitsIn = once('sitsIn', (world, who) => (who.kind === 'CITIZEN' ? seatsOf(world, who) : []));

const within = (world, from, ...ends) => from <= world.now && ends.every((end) => end > world.now);
const roleCounts = (world, grant) => within(world, grant.starts_at, grant.ends_at, grant.withdrawn_at) && world.officer.get(grant.officer).agency === grant.agency;
const standsIn = (world, one) => within(world, one.starts_at, one.ends_at, one.ended_at);

/** What an officer may act as now: granted to him, and what those hold for whom he stands in. */
export const rolesOf = once('rolesOf', (world, who) => {
  if (who.kind !== 'OFFICER') return [];
  const { agency } = world.officer.get(who.me);
  const grants = [...world.staff_grant.values()].filter((grant) => grant.agency === agency && roleCounts(world, grant));
  const absent = [...world.staff_substitution.values()].filter((one) => one.substitute === who.me && one.agency === agency && standsIn(world, one));
  return grants.filter((grant) => grant.officer === who.me || absent.some((one) => one.absent === grant.officer && (grant.role !== 'ADMINISTRATOR' || one.with_administration)));
});
const acts = (world, who, ...roles) => rolesOf(world, who).some(({ role }) => roles.includes(role));

/** For which agency an officer works; undefined without a role. */
export const agencyOf = (world, who) => (rolesOf(world, who).length ? world.officer.get(who.me).agency : undefined);
const leads = (world, who) => acts(world, who, 'ADMINISTRATOR', 'HEAD');

export function isGranted(world, who, dossier, field) {
  const speakers = speaksFor(world, who);
  return grantsOn(world, dossier).some((grant) => speakers.includes(grant.grantee) && inForce(world, grant) && grant.fields.includes(field));
}

/** What a key reaches at all, whoever its partner is. */
function keyReaches(world, who, dossier) {
  if (!reads(who) || dossier.access_class === 'RESTRICTED') return false;
  return dossier.sandbox === (who.environment === 'TEST') && isGuest(world, who, dossier.applicant);
}
const reads = (who) => ['dossiers.read', 'events.read'].some((scope) => who.scopes.includes(scope));
const isGuest = (world, who, subject) => who.environment !== 'TEAM' || (world.guests.get(who.me) ?? []).includes(subject);
// Of the real province and of the sandbox, a key counts in one.
const ofEnvironment = (world, who, subject) => world.subject.get(subject).sandbox === (who.environment === 'TEST') && isGuest(world, who, subject);

const isOfOffice = (world, who, dossier) => [dossier.received_agency, dossier.competent_agency].includes(agencyOf(world, who));
/** Has the officer's agency a task in it that is open? */
const hasTask = (world, who, dossier) => (world.tasksOf.get(dossier.id) ?? []).some((task) => task.state === 'SENT' && task.agency === agencyOf(world, who));
const ofOwn = {
  CITIZEN: (world, who, dossier) => speaksFor(world, who).includes(dossier.applicant),
  PARTNER: (world, who, dossier) => keyReaches(world, who, dossier) && (dossier.applicant === who.me || dossier.submitter === who.me),
  OFFICER: (world, who, dossier) => isOfOffice(world, who, dossier) || hasTask(world, who, dossier),
  NOBODY: () => false,
};

const sees = (field) => (world, who, dossier) => ofOwn[who.kind](world, who, dossier)
  || (who.kind !== 'PARTNER' || keyReaches(world, who, dossier)) && isGranted(world, who, dossier, field);
export const seesDossier = sees('STATUS');
export const seesTimeline = sees('TIMELINE');
const seesTimelineOf = (world, who, row) => seesTimeline(world, who, world.dossier.get(row.dossier));
const seesApplicantBy = sees('APPLICANT');

function knows(world, who, subject) {
  if (who.kind === 'NOBODY') return false;
  if ([speaksFor, sitsIn, sandboxOf].some((whom) => whom(world, who).includes(subject.id))) return true;
  if ((world.ofApplicant.get(subject.id) ?? []).some((dossier) => seesApplicantBy(world, who, dossier))) return true;
  if (who.kind === 'OFFICER') return subject.kind === 'PERSON' && (world.grantsTo.get(subject.id) ?? []).some((grant) => inForce(world, grant) && seesGrant(world, who, grant));
  return delegatedWith(world, who, subject) || who.kind === 'CITIZEN' && (hasGrantedTo(world, who, subject) || sitsWithMe(world, who, subject));
}

const delegates = (world, delegation) => delegation.revoked_at === null && delegation.until > world.now;
const delegatedWith = (world, who, subject) => (world.delegationsOf.get(subject.id) ?? []).some((one) => seesDelegation(world, who, one)
  && (one.delegator === subject.id ? delegates(world, one) : one.revoked_at === null));
const hasGrantedTo = (world, who, subject) => (world.grantsTo.get(subject.id) ?? []).some((grant) => speaksFor(world, who).includes(grant.applicant));
const sitsWithMe = (world, who, subject) => (world.seatsOf.get(subject.id) ?? []).some((seat) => seatCounts(world, seat) && speaksFor(world, who).includes(seat.organisation));

const seesGrant = (world, who, grant) => ({
  CITIZEN: () => speaksFor(world, who).some((whom) => [grant.applicant, grant.grantee].includes(whom)),
  PARTNER: () => seesDossier(world, who, world.dossier.get(grant.dossier)) && (grant.grantee === who.me || speaksFor(world, who).includes(grant.applicant)),
  OFFICER: () => grant.kind !== 'CONSENT' && ofOwn.OFFICER(world, who, world.dossier.get(grant.dossier)),
  NOBODY: () => false,
})[who.kind]();

const seesDelegation = (world, who, one) => (who.kind === 'PARTNER'
  ? one.delegate === who.me && who.scopes.includes('dossiers.submit') && ofEnvironment(world, who, one.delegator)
  : who.kind === 'CITIZEN' && speaksFor(world, who).some((whom) => [one.delegator, one.delegate].includes(whom)));

const ownSession = (who, session) => session.kind === who.kind && who.me === (who.kind === 'OFFICER' ? session.officer : session.subject)
  && (who.kind !== 'PARTNER' || session.environment === who.environment);
const ownDevice = (who, device) => (who.kind === 'CITIZEN' ? device.owner_subject === who.me : who.kind === 'OFFICER' && device.owner_officer === who.me);
// Who writes drafts: people, and partners by the keys that submit, for whom these may.
const drafts = (world, who, applicant) => who.kind === 'CITIZEN' || who.kind === 'PARTNER' && who.scopes.includes('dossiers.submit') && who.environment !== 'TEST' && isGuest(world, who, applicant);
const writes = (world, who, draft) => draft.owner === who.me && drafts(world, who, draft.applicant);
const ownDraft = (world, who, draft) => writes(world, who, draft) && draft.expires_at > world.now;
const administers = (world, who, organisation) => who.kind === 'CITIZEN' && speaksFor(world, who).includes(organisation);
// In charge of what an agency has issued and keeps on paper.
const keeps = (world, who, row) => row.agency !== null && row.agency === agencyOf(world, who) && acts(world, who, 'ARCHIVIST');
const seesPaper = (world, who, row) => who.kind === 'CITIZEN' && speaksFor(world, who).includes(row.owner) && !row.withheld
  || who.kind === 'OFFICER' && (keeps(world, who, row) || row.state === 'CLEAN' && [...world.partsOf.get(row.id) ?? [], ...(world.result_file.has(row.id) ? [world.result_file.get(row.id)] : [])]
    .some(({ dossier }) => ofOwn.OFFICER(world, who, world.dossier.get(dossier))));
// In whose hands a message of the portal is.
const handles = (world, who, row) => who.kind === 'OFFICER' && (row.agency === null ? acts(world, who, 'ADMINISTRATOR', 'PROCEDURE_CONTROL')
  : row.agency === agencyOf(world, who) && acts(world, who, 'INTAKE', 'ADMINISTRATOR', 'PROCEDURE_CONTROL', ...(row.kind === 'PAYMENT' ? ['COUNTER'] : [])));
const seesMessage = (world, who, row) => row.state === 'QUARANTINED' && handles(world, who, row);
const everybody = () => true;

export const rules = {
  Dossier: {
    says: 'A citizen sees its own dossiers, those of organisations it administers, and those granted to it. A partner sees what it submitted, what was granted to it and what is of its own tax code: with a scope to read, never RESTRICTED, of its environment only, of guests only with a TEAM key. An officer sees what his agency received or decides, and what it has an open task in.',
    find: (world, { id, code }) => (id === undefined ? world.byCode.get(code) : world.byPublicId.get(id)),
    may: seesDossier,
    same: { id: (row) => row.public_id, code: (row) => row.code, state: (row) => row.state, seq: (row) => row.seq, externalDossierNo: (row) => row.external_no, group: (row, world) => world.dossier_state.get(row.state).display_group },
    fields: {
      applicant: {
        says: 'Who asks is a field that is granted by name: of two dossiers shown by one applicant, one may keep it back, and the other does not tell.',
        may: seesApplicantBy,
      },
      parts: {
        says: 'What a dossier consists of is told to whom speaks for its applicant, and to its agencies.',
        may: (world, who, row) => (who.kind === 'OFFICER' ? ofOwn.OFFICER(world, who, row) : who.kind === 'CITIZEN' && speaksFor(world, who).includes(row.applicant)),
      },
      place: {
        says: 'What place a dossier is about is told to whom speaks for its applicant, and to its agencies.',
        may: (world, who, row) => (who.kind === 'OFFICER' ? ofOwn.OFFICER(world, who, row) : who.kind === 'CITIZEN' && speaksFor(world, who).includes(row.applicant)),
      },
      portalPapers: {
        says: 'What a dossier consists of is told to whom speaks for its applicant, and to its agencies.',
        may: (world, who, row) => (who.kind === 'OFFICER' ? ofOwn.OFFICER(world, who, row) : who.kind === 'CITIZEN' && speaksFor(world, who).includes(row.applicant)),
      },
      sync: {
        says: 'How a dossier stands with the national portal is told to its agencies.',
        may: (world, who, row) => who.kind === 'OFFICER' && ofOwn.OFFICER(world, who, row),
      },
      accesses: {
        says: 'Who has looked at a dossier is told to whom speaks for its applicant.',
        may: (world, who, row) => speaksFor(world, who).includes(row.applicant),
      },
    },
  },
  // They have no identity: the row is the dossier's above them.
  Deadline: { says: 'When a dossier is due is shown with its status.', find: (world, named, before, above) => above, may: seesDossier, same: { state: (row) => row.clock } },
  DeadlinePause: { says: 'Why its clock rests is shown with its status.', find: (world, named, before, above) => above, may: seesDossier },
  DeadlineExtension: { says: 'Why it was put off is what an officer wrote: it goes with the timeline.', find: (world, named, before, above) => above, may: seesTimeline },
  DeadlineHolder: { says: 'Who has held it goes with the timeline.', find: (world, named, before, above) => above, may: seesTimeline },
  PortalPaper: { says: 'A paper at the portal is told to whom speaks for the applicant of its dossier, and to its agencies.', find: (world, named, before, above) => above,
    may: (world, who, row) => (who.kind === 'OFFICER' ? ofOwn.OFFICER(world, who, row) : who.kind === 'CITIZEN' && speaksFor(world, who).includes(row.applicant)) },
  DossierSync: { says: 'How a dossier stands with the national portal is told to its agencies.', find: (world, named, before, above) => above, may: (world, who, row) => who.kind === 'OFFICER' && ofOwn.OFFICER(world, who, row),
    same: { state: (row, world) => world.syncOf.get(row.id)?.state, why: (row, world) => world.syncOf.get(row.id)?.why } },
  Adapter: { says: 'How a system is told of dossiers is for who inspects or administers.', find: (world, { id }) => ({ id }), may: (world, who) => acts(world, who, 'INSPECTOR', 'ADMINISTRATOR'), same: { id: () => 'DVCQG' } },
  QuarantinedMessage: {
    says: 'What the portal has sent and waits is shown to reception, procedure control and administrators of its agency, a payment to its cashiers; where none is known, to the latter two of any.',
    find: (world, { id }) => world.messageByPublicId.get(id),
    may: seesMessage,
    same: { id: (row) => row.public_id, code: (row) => row.code, kind: (row) => row.kind, reason: (row) => row.reason },
  },
  FailedSync: {
    says: 'A dossier of which a message was given up is listed to officers of the agency that decides it, where they see the dossier.',
    find: (world, { code }) => world.byCode.get(code),
    may: (world, who, row) => who.kind === 'OFFICER' && row.competent_agency === agencyOf(world, who) && world.syncOf.get(row.id)?.state === 'FAILED',
    same: { code: (row) => row.code, why: (row, world) => world.syncOf.get(row.id).why },
  },
  BulkDossier: { says: 'Anybody may ask for any code.', find: (world, { code }) => ({ code }), may: everybody },
  Supplement: {
    says: 'What was asked of the applicant is told with the timeline.',
    find: (world, { id }) => world.supplementByPublicId.get(id),
    may: seesTimelineOf,
    same: { id: (row) => row.public_id, no: (row) => row.no, atIntake: (row) => row.stage === 'INTAKE', reason: (row) => row.reason },
  },
  SupplementItem: {
    says: 'A part that was asked for is told with the timeline.',
    find: (world, { id }) => world.itemByPublicId.get(id),
    may: seesTimelineOf,
    same: { id: (row) => row.public_id, name: (row) => row.name, note: (row) => row.note, state: (row) => (row.received_at !== null ? 'RECEIVED' : row.how === null ? 'MISSING' : 'ANNOUNCED'), part: (row) => row.part_code },
    fields: { papers: { says: 'Papers to use are offered to citizens.', may: (world, who) => who.kind === 'CITIZEN' } },
  },
  InterAgencyTask: {
    says: 'What another agency does is told with the timeline; what it has answered, to officers.',
    find: (world, { id }) => world.taskByPublicId.get(id),
    may: seesTimelineOf,
    same: { id: (row) => row.public_id, title: (row) => row.title, state: (row) => row.stage },
    fields: { answer: { says: 'What an agency has answered another is for officers.', may: (world, who) => who.kind === 'OFFICER' } },
  },
  FeeDemand: {
    says: 'What is to be paid is told with the timeline.',
    find: (world, { id }) => world.demandByPublicId.get(id),
    may: seesTimelineOf,
    same: { id: (row) => row.public_id, amountDong: (row) => row.amount_dong, what: (row) => row.what, method: (row) => row.method },
  },
  IssuedForm: {
    says: 'A form that was issued is told with the timeline; a draft is for officers.',
    find: (world, { id }) => world.formByPublicId.get(id),
    may: (world, who, row) => seesTimelineOf(world, who, row) && (row.state === 'ISSUED' || who.kind === 'OFFICER'),
    same: { id: (row) => row.public_id, number: (row) => row.number, state: (row) => row.state },
  },
  DossierChannel: { says: 'By which channel a dossier goes is shown with it.', find: (world, named, before, dossier) => dossier, may: seesDossier },
  ChannelChange: { says: 'How a channel has changed, and what that costs, is told with the timeline.', find: (world, named, before, dossier) => dossier, may: seesTimeline },
  DossierStatus: { says: 'Nobody is shown a status by a tracking code that he has made up.', find: () => ({}), may: () => false },
  OnTime: { says: 'How agencies keep their dates is public.', find: () => ({}), may: everybody },
  Digest: { says: 'How an agency stood is told to its head, and to who stands in for him.', find: () => ({}), may: (world, who) => acts(world, who, 'HEAD') },
  TaskAnswered: { says: 'An officer is told that he has answered his agency\'s task.', find: (world, { id }) => world.dossier_event.get(id), may: (world, who) => who.kind === 'OFFICER' },
  DossierEvent: {
    says: 'What happened to a dossier is for whom it is his own, and of granted ones a field that is granted by name.',
    find: (world, { id }) => world.dossier_event.get(id),
    may: (world, who, row) => seesTimeline(world, who, world.dossier.get(row.dossier)),
    same: { id: (row) => row.id, seq: (row) => row.seq, event: (row) => row.event, from: (row) => row.from_state, to: (row) => row.to_state,
      actor: (row) => row.actor_name, note: (row) => row.note },
  },
  Applicant: {
    says: 'A name is known to its owner, to those with a seat, to a partner that submitted for it, to whom it was granted, and to the agency of one of its dossiers.',
    find: (world, { id }) => world.subjectByPublicId.get(id),
    may: knows,
    same: { id: (row) => row.public_id, name: (row) => row.name, kind: (row) => row.kind },
  },
  Viewer: {
    says: 'Nobody is shown anybody else as himself.',
    find: (world, { id }) => world.subjectByPublicId.get(id) ?? world.officerByPublicId.get(id),
    may: (world, who, row) => row.public_id === who.publicId,
    same: { id: (row) => row.public_id, name: (row) => row.name, kind: (row, world, who) => who.kind },
  },
  Session: {
    says: 'Sessions are shown to whom they are of, while they stand; to a key those of its environment.',
    find: (world, { id }) => world.session.get(id),
    may: (world, who, row) => ownSession(who, row) && row.ended_at === null && row.expires_at > world.now,
    same: { id: (row) => row.id, device: (row) => row.device, isCurrent: (row, world, who) => row.id === who.session },
  },
  Device: {
    says: 'A device is its owner\'s.',
    find: (world, { id }) => world.deviceByPublicId.get(id),
    may: (world, who, row) => ownDevice(who, row),
    same: { id: (row) => row.public_id, kind: (row) => row.kind },
  },
  PartnerKey: {
    says: 'A key is known to keys of its partner and environment, and to who administers the organisation, while it counts.',
    find: (world, { id }) => world.partner_key.get(id),
    may: (world, who, row) => (who.kind === 'PARTNER' ? row.partner === who.me && row.environment === who.environment : administers(world, who, row.partner)) && row.revoked_at === null && row.expires_at > world.now,
    same: { id: (row) => row.id, kid: (row) => row.kid, environment: (row) => row.environment, clientId: (row, world) => world.subject.get(row.partner).public_id },
  },
  Officer: {
    says: 'Officers are named to those who lead their agency, to themselves, and to those who stand in for them or for whom they do.',
    find: (world, { id }) => world.officerByPublicId.get(id),
    may: (world, who, row) => row.agency === agencyOf(world, who) && (row.id === who.me || leads(world, who)
      || [...world.staff_substitution.values()].some((one) => [one.absent, one.substitute].includes(who.me) && [one.absent, one.substitute].includes(row.id))),
    same: { name: (row) => row.name },
  },
  RoleGrant: {
    says: 'Roles are shown to those who lead the agency, to whom they are granted, and to who stands in for him.',
    find: (world, { id }) => world.staff_grant.get(id),
    may: (world, who, row) => row.agency === agencyOf(world, who) && (row.officer === who.me || leads(world, who)
      || [...world.staff_substitution.values()].some((one) => one.substitute === who.me && one.absent === row.officer)),
    same: { role: (row) => row.role },
  },
  Substitution: {
    says: 'Substitutions are shown to those who lead the agency and to both officers.',
    find: (world, { id }) => world.staff_substitution.get(id),
    may: (world, who, row) => row.agency === agencyOf(world, who) && ([row.absent, row.substitute].includes(who.me) || leads(world, who)),
    same: { withAdministration: (row) => row.with_administration },
  },
  RoleWithdrawn: { says: 'An administrator withdraws roles of its agency.', find: (world, { id }) => world.staff_grant.get(id), may: (world, who, row) => row.agency === world.officer.get(who.me)?.agency },
  SubstitutionEnded: { says: 'A substitution is ended in its agency.', find: (world, { id }) => world.staff_substitution.get(id), may: (world, who, row) => row.agency === world.officer.get(who.me)?.agency },
  StoredPaper: {
    says: 'A paper is shown to who speaks for its owner, of those in store in his list, a result once it is given; to the agencies of dossiers that have it as a part or in their result, once it is clean; and to those who keep the inventory of whose result it is the scan.',
    find: (world, { id }) => world.paperByPublicId.get(id),
    may: (world, who, row) => seesPaper(world, who, row),
    same: { id: (row) => row.public_id, title: (row) => row.title, kind: (row) => row.kind, state: (row) => row.state },
  },
  PaperRemoved: { says: 'A paper is removed by who speaks for its owner; a scan by an officer.', find: (world, { id }, before) => world.paperByPublicId.get(id) ?? before?.paper.get(id),
    may: (world, who, row) => who.kind === 'CITIZEN' && speaksFor(world, who).includes(row.owner) || who.kind === 'OFFICER' && ['PAPER_SCAN', 'RESULT'].includes(row.source) },
  ProcedureResult: {
    says: 'A result of before the electronic system is shown to those who keep the inventory it is on; a digitised one also to who speaks for its holder, and to whoever is shown its paper as a part of a dossier.',
    find: (world, { id }) => world.resultByPublicId.get(id),
    may: (world, who, row) => keeps(world, who, row) || row.state === 'DIGITISED' && (who.kind === 'CITIZEN' && speaksFor(world, who).includes(row.holder)
      || who.kind === 'OFFICER' && seesPaper(world, who, world.stored_paper.get(row.paper))),
    same: { id: (row) => row.public_id, number: (row) => row.number, title: (row) => row.title, kind: (row) => row.kind, state: (row) => row.state },
  },
  ResultImport: { says: 'What an import came to is told to those who keep the inventory.', find: (world, { id }) => world.importByPublicId.get(id), may: (world, who, row) => keeps(world, who, row) },
  PortalMessageDismissed: { says: 'A message is settled by who had it in hand.', find: (world, { id }) => world.messageByPublicId.get(id), may: (world, who, row) => row.state === 'DISMISSED' && handles(world, who, row) },
  ResultRemoved: { says: 'A result is taken off the inventory by those who keep it.', find: (world, { id }, before) => before?.result.get(id),
    may: (world, who, row) => keeps(world, who, row) },
  Export: { says: 'A copy of one\'s data is one\'s own.', find: (world, { id }) => world.export_file.get(id), may: (world, who, row) => who.kind === 'CITIZEN' && row.subject === who.me },
  Procedure: { says: 'Procedures are public.', find: (world, { id }) => world.procedureByPublicId.get(id), may: everybody, same: { code: (row) => row.code } },
  ProcedureVersion: { says: 'Published versions are public.', find: (world, { id }) => world.versionByPublicId.get(id), may: everybody,
    same: { id: (row) => row.public_id, no: (row) => row.no, name: (row) => row.name } },
  FeeRule: { says: 'Fees are public.', find: (world, { id }) => world.feeByPublicId.get(id), may: everybody, same: { id: (row) => row.public_id, amountDong: (row) => row.amount_dong } },
  ProcedureProposal: {
    says: 'What is proposed is shown to those in charge of procedure control at the agency it is of.',
    find: (world, { id }) => world.procedure_proposal.get(id),
    may: (world, who, row) => row.agency === agencyOf(world, who) && acts(world, who, 'PROCEDURE_CONTROL'),
    same: { id: (row) => row.id, state: (row) => row.state, proposedBy: (row, world) => world.officer.get(row.proposed_by)?.name },
  },
  AssignmentRule: {
    says: 'To whom dossiers are given is shown to who heads the agency, administers or dispatches there.',
    find: (world, { id }) => world.ruleByPublicId.get(id),
    may: (world, who, row) => row.agency === agencyOf(world, who) && acts(world, who, 'HEAD', 'ADMINISTRATOR', 'DISPATCHER'),
    same: { id: (row) => row.public_id, kind: (row) => row.kind, setBy: (row) => row.set_name },
  },
  SignatureRequest: {
    says: 'What waits to be signed is shown to officers of the agency that decides.',
    find: (world, { id }) => world.signatureByPublicId.get(id),
    may: (world, who, row) => who.kind === 'OFFICER' && row.agency === agencyOf(world, who),
    same: { id: (row) => row.public_id, event: (row) => row.event, state: (row) => row.state, proposedBy: (row) => row.proposer_name, answer: (row) => row.answer },
  },
  Unit: {
    says: 'Units are public, those of the sandbox to who tries it or works there, and to whoever has come to an agency of it.',
    find: (world, { code, validFrom }, before, above) => {
      const row = [...world.unit.values()].find((one) => one.code === code && (validFrom === undefined || one.valid_from === validFrom));
      return row && { ...row, reached: above?.sandbox === true };
    },
    may: (world, who, row) => !row.sandbox || row.reached || who.environment === 'TEST' || who.kind === 'OFFICER' && world.agency.get(agencyOf(world, who))?.sandbox,
    same: { code: (row) => row.code },
  },
  ServicePoint: { says: 'Reception points are public.', find: (world, { id }) => world.pointByPublicId.get(id), may: everybody, same: { id: (row) => row.public_id, name: (row) => row.name, isSample: (row) => row.sample } },
  Agency: { says: 'Agencies are public.', find: (world, { id }) => world.agencyByPublicId.get(id), may: everybody, same: { code: (row) => row.code, name: (row) => row.name } },
  DeviceRemoved: { says: 'A device is removed by its owner.', find: (world, { id }, before) => before?.device.get(id), may: (world, who, row) => ownDevice(who, row) },
  SessionEnded: { says: 'A session is ended by whom it is of.', find: (world, { id }) => world.session.get(id), may: (world, who, row) => ownSession(who, row) },
  DossierGrant: {
    says: 'To who speaks for the applicant all grants of a dossier; to whom it is shown its own, to a key those of dossiers it sees; to officers of the agency who stands in for the applicant, never consent to a company.',
    find: (world, { id }) => world.grantById.get(id),
    may: seesGrant,
    same: { id: (row) => row.id, kind: (row) => row.kind },
    fields: {
      dossier: { says: 'A grant names a dossier to who may see it.', may: (world, who, row) => seesDossier(world, who, world.dossier.get(row.dossier)) },
      grantee: { says: 'To whom it is shown is told to who may know.', may: (world, who, row) => knows(world, who, world.subject.get(row.grantee)) },
    },
  },
  DossierUnshared: { says: 'A grant is taken back for the applicant, or given up by the grantee.', find: (world, { id }) => world.grantById.get(id),
    may: (world, who, row) => speaksFor(world, who).some((whom) => [row.applicant, row.grantee].includes(whom)) },
  Party: { says: 'A name is known as an applicant\'s is; to people also of whom they have shown a dossier to, who sits in their organisation, and who delegates to them or they to whom; to a counter, of people who stand in for an applicant.',
    find: (world, { id }) => world.subjectByPublicId.get(id), may: knows, same: { name: (row) => row.name, kind: (row) => row.kind } },
  Delegation: {
    says: 'A delegation is known to both sides; to a partner\'s key with dossiers.submit, of its environment, of guests only with a TEAM key.',
    find: (world, { id }) => world.delegationById.get(id),
    may: (world, who, row) => delegates(world, row) && seesDelegation(world, who, row),
    same: { id: (row) => row.id },
    fields: {
      delegator: { says: 'Who has delegated is told to who may know.', may: (world, who, row) => knows(world, who, world.subject.get(row.delegator)) },
      delegate: { says: 'Who may hand in is told to who may know.', may: (world, who, row) => knows(world, who, world.subject.get(row.delegate)) },
    },
  },
  Undelegated: { says: 'A delegation is taken back or given up.', find: (world, { id }) => world.delegationById.get(id),
    may: (world, who, row) => speaksFor(world, who).some((whom) => [row.delegator, row.delegate].includes(whom)) },
  Organisation: {
    says: 'An organisation is shown to who has a seat in it.',
    find: (world, { id }) => world.subjectByPublicId.get(id),
    may: (world, who, row) => sitsIn(world, who).includes(row.id),
    same: { name: (row) => row.name, taxCode: (row, world) => world.organisation.get(row.id)?.tax_code },
  },
  Seat: {
    says: 'Seats that count are shown to who sits there and to who administers the organisation.',
    find: (world, { id }) => world.seat.get(id),
    may: (world, who, row) => who.kind === 'CITIZEN' && seatCounts(world, row) && (row.person === who.me || speaksFor(world, who).includes(row.organisation)),
    same: { id: (row) => row.id, role: (row) => row.role },
  },
  SeatWithdrawn: { says: 'A seat is withdrawn by an administrator or given up.', find: (world, { id }) => world.seat.get(id),
    may: (world, who, row) => row.person === who.me || administers(world, who, row.organisation) },
  BulkJob: {
    says: 'A job is its partner\'s, of the key\'s environment and with a scope about dossiers; and, unless only tried, whoever administers the organisation sees it.',
    find: (world, { id }) => world.jobByPublicId.get(id),
    may: (world, who, row) => (who.kind === 'PARTNER' ? row.partner === who.me && row.environment === who.environment && ['dossiers.read', 'dossiers.submit'].some((scope) => who.scopes.includes(scope))
      : row.environment !== 'TEST' && administers(world, who, row.partner)),
    same: { id: (row) => row.public_id, total: (row) => row.total, state: (row) => row.state },
  },
  BulkItem: {
    says: 'An item is seen with its job.',
    find: (world, { reference }, before, job) => world.bulk_item.get(`${job?.id} ${reference}`),
    may: () => true,
    same: { code: (row) => row.code },
    fields: { dossier: { says: 'An item names a dossier to who may see it.', may: (world, who, row) => seesDossier(world, who, world.dossier.get(row.dossier)) } },
  },
  SandboxPerson: {
    says: 'Invented people are shown to the TEST keys of the partner that they were invented for.',
    find: (world, { id }) => world.subjectByPublicId.get(id),
    may: (world, who, row) => sandboxOf(world, who).includes(row.id),
    same: { name: (row) => row.name, kind: (row) => row.kind },
  },
  Guest: {
    says: 'A guest list is shown to who administers the organisation, and to keys of the partner with keys.manage that count in the real province.',
    find: (world, { id, clientId }) => world.partner_guest.get(`${world.subjectByPublicId.get(clientId)?.id} ${world.subjectByPublicId.get(id)?.id}`),
    may: (world, who, row) => (who.kind === 'PARTNER' ? row.partner === who.me && who.environment !== 'TEST' && who.scopes.includes('keys.manage') : administers(world, who, row.partner)),
    fields: { name: { says: 'A guest\'s name is told to who may know.', may: (world, who, row) => knows(world, who, world.subject.get(row.guest)) } },
  },
  GuestRemoved: { says: 'Nobody is told of people but by their own id.', find: (world, { id }) => world.subjectByPublicId.get(id), may: everybody },
  WebhookEndpoint: {
    says: 'An endpoint that is not removed is shown to keys of its partner and environment with webhooks.manage, and to who administers the organisation.',
    find: (world, { id }) => world.webhook_endpoint.get(id),
    may: (world, who, row) => row.removed_at === null && (who.kind === 'PARTNER' ? row.partner === who.me && row.environment === who.environment && who.scopes.includes('webhooks.manage') : administers(world, who, row.partner)),
    same: { id: (row) => row.id, url: (row) => row.url, environment: (row) => row.environment, state: (row) => row.state, clientId: (row, world) => world.subject.get(row.partner).public_id },
  },
  WebhookEndpointRemoved: { says: 'An endpoint is removed by who manages it.', find: (world, { id }) => world.webhook_endpoint.get(id),
    may: (world, who, row) => (who.kind === 'PARTNER' ? row.partner === who.me : administers(world, who, row.partner)) },
  Draft: {
    says: 'A draft is shown to who writes it, while it lasts.',
    find: (world, { id }) => world.draftByPublicId.get(id),
    may: (world, who, row) => ownDraft(world, who, row),
    same: { id: (row) => row.public_id, seq: (row) => row.seq, channel: (row) => row.channel },
    fields: { applicant: { says: 'For whom it will be handed in is told to who may know.', may: (world, who, row) => knows(world, who, world.subject.get(row.applicant)) } },
  },
  DraftRemoved: { says: 'A draft is removed by who writes it.', find: (world, { id }, before) => before?.draft.get(id), may: (world, who, row) => writes(world, who, row) },
  PartnerKeyRevoked: {
    says: 'A key is revoked by its partner with keys.manage in the key\'s environment, or by who administers the organisation.',
    find: (world, { id }) => world.partner_key.get(id),
    may: (world, who, row) => manages(world, who, 'keys.manage', row.partner, row.environment),
  },
};

// ---- what a key may be told, whichever rows it reaches ----

export const scopesSay = 'dossiers.read: dossiers with their timelines. events.read: the events of the feed and, through an event, the dossier it is about. keys.manage: keys and guests. webhooks.manage: webhook endpoints.';
const scopeOf = { 'Query.events': 'events.read', 'Viewer.counts': 'dossiers.read', 'Viewer.guests': 'keys.manage', 'Viewer.webhookEndpoints': 'webhooks.manage' };

/** The scope that this field of this type needs and the key has not; undefined: none. */
export function scopeMissing(who, typeName, field) {
  if (who.kind !== 'PARTNER') return undefined;
  const scope = scopeOf[`${typeName}.${field.name}`] ?? (field.child?.type === 'Dossier' && typeName !== 'DossierEvent' ? 'dossiers.read' : undefined);
  return scope && !who.scopes.includes(scope) ? scope : undefined;
}

// ---- who may change what ----

const stepsUp = (world, who) => world.session.get(who.session).stepped_up_at > world.now - 15 * 60;

// A key manages what is its partner's by a scope, in its environment only; people what they administer, by a second factor
// and never from the sandbox.
function manages(world, who, scope, organisation, ...environments) {
  if (organisation === undefined) return false;
  if (who.kind === 'PARTNER') return who.me === organisation && environments.includes(who.environment) && who.scopes.includes(scope);
  return administers(world, who, organisation) && who.environment !== 'TEST' && stepsUp(world, who);
}

const partnerOf = (world, who, taxCode) => (taxCode === undefined ? who.kind === 'PARTNER' && who.me || undefined : [...world.organisation.values()].find((row) => row.tax_code === taxCode)?.id);

const processes = (world, who, code) => acts(world, who, 'PROCESSOR') && world.byCode.get(code)?.competent_agency === agencyOf(world, who);
const moves = (...events) => (world, who, { code }) => {
  const dossier = world.byCode.get(code);
  if (!dossier || who.kind !== 'OFFICER') return false;
  const agency = agencyOf(world, who);
  const roles = rolesOf(world, who).map(({ role }) => role);
  return [...world.dossier_transition.values()].some((edge) => events.includes(edge.event) && edge.actor_roles.some((role) => roles.includes(role))
    && { RECEIVED: dossier.received_agency === agency, COMPETENT: dossier.competent_agency === agency, EITHER: isOfOffice(world, who, dossier), TASK: hasTask(world, who, dossier) }[edge.agency_scope]
    && (!edge.step_up || stepsUp(world, who)));
};

// The event waits for who may take it; whose role signs it is known by the same row.
const proposes = (event) => (world, who, { code }) => who.kind === 'OFFICER' && world.byCode.get(code)?.competent_agency === agencyOf(world, who)
  && [...world.dossier_transition.values()].some((edge) => edge.event === event && acts(world, who, ...edge.proposers));
const openSignature = (world, who, id) => { const row = world.signatureByPublicId.get(id); return row?.state === 'PROPOSED' && who.kind === 'OFFICER' && row.agency === agencyOf(world, who) ? row : undefined; };
const signs = (world, who, row) => [...world.dossier_transition.values()].some((edge) => edge.event === row.event && acts(world, who, ...edge.actor_roles));

// Who speaks for the applicant; standing in, also who has handed it in and to whom it is delegated. A key needs the scope to hand in.
const asApplicant = (standingIn) => (world, who, { code }) => {
  const dossier = world.byCode.get(code);
  if (!dossier || !['CITIZEN', 'PARTNER'].includes(who.kind)) return false;
  if (who.kind === 'PARTNER' && !(who.scopes.includes('dossiers.submit') && keyReaches(world, who, dossier))) return false;
  return speaksFor(world, who).includes(dossier.applicant) || standingIn && seesDossier(world, who, dossier)
    && (who.kind === 'PARTNER' && dossier.submitter === who.me
      || grantsOn(world, dossier).some((grant) => grant.grantee === who.me && ['DELEGATION', 'SEAT'].includes(grant.kind) && grant.fields.includes('TIMELINE') && inForce(world, grant)));
};

// In charge of procedures like this one: by role, and by what its agency publishes.
const publishes = (world, who, procedure) => procedure !== undefined && !procedure.sandbox && acts(world, who, 'PROCEDURE_CONTROL')
  && [...world.procedure_authority.values()].some((one) => one.agency === agencyOf(world, who) && one.level === procedure.level && [null, procedure.field].includes(one.field));
const publishesOpen = (world, who, id) => {
  const one = world.procedure_proposal.get(id);
  return one?.state === 'PROPOSED' && one.agency === agencyOf(world, who) && publishes(world, who, world.procedure.get(one.procedure));
};

const keepsIt = (world, who, id) => world.resultByPublicId.has(id) && keeps(world, who, world.resultByPublicId.get(id));
const ofAgency = (world, who, publicId) => agencyOf(world, who) !== undefined && world.officerByPublicId.get(publicId)?.agency === agencyOf(world, who);
export const never = () => false;
// of: who has given; to: who was given.
// From the sandbox nobody reaches a company but the one that he was invented for.
const isInventedFor = (world, who, organisation) => (world.sandboxOf.get(organisation) ?? []).includes(who.me);
const givesUp = (world, who, of, to) => (who.kind === 'PARTNER' ? to === who.me && who.scopes.includes('dossiers.submit') && ofEnvironment(world, who, of)
  : who.kind === 'CITIZEN' && speaksFor(world, who).some((whom) => [of, to].includes(whom)));
const signedIn = (world, who) => ['CITIZEN', 'OFFICER'].includes(who.kind);

// He himself, an organisation he has a seat in, somebody invented of his, or who has delegated this procedure to him.
const standsFor = (world, who, whom, what) => [speaksFor, sitsIn, sandboxOf].some((those) => those(world, who).includes(whom))
  || (world.delegationsOf.get(whom) ?? []).some((one) => one.delegator === whom && one.delegate === who.me && delegates(world, one) && [null, what.id].includes(one.procedure));

// A mutation without a rule is an error of the fuzzer too. may: of who sends this input; what it answers is judged beside.
export const changes = {
  submitDossier: {
    says: 'People submit for themselves, for organisations they have a seat in and for who has delegated it to them; a partner with the scope for itself and who has delegated it, of its environment; with a TEAM key, for guests; with a TEST key, for its invented people.',
    may: (world, who, { applicant, agency, procedure, draft }) => {
      if (draft !== undefined) return ownDraft(world, who, world.draftByPublicId.get(draft) ?? {});
      const own = who.kind === 'PARTNER' && who.environment === 'TEST' ? speaksFor(world, who)[1] : who.me;
      const whom = applicant ? world.subjectByPublicId.get(applicant)?.id : own;
      const sandbox = who.environment === 'TEST';
      const place = [...world.agency.values()].find((row) => row.code === agency);
      const what = [...world.procedure.values()].find((row) => row.code === procedure);
      if (whom === undefined || [place, what, world.subject.get(whom)].some((row) => row?.sandbox !== sandbox)) return false;
      if (who.kind === 'PARTNER' && !(who.scopes.includes('dossiers.submit') && isGuest(world, who, whom))) return false;
      return ['CITIZEN', 'PARTNER'].includes(who.kind) && standsFor(world, who, whom, what);
    },
  },
  submitBulk: { says: 'A partner hands in many dossiers by a key with dossiers.submit.', may: (world, who) => who.kind === 'PARTNER' && who.scopes.includes('dossiers.submit') },
  shareDossier: {
    says: 'Who speaks for the applicant shows a dossier to others; no company is shown one that is RESTRICTED, and the sandbox is shown to nobody real but the partner whose people they are.',
    may: (world, who, { code, with: publicId }) => {
      const dossier = world.byCode.get(code);
      const grantee = world.subjectByPublicId.get(publicId);
      return who.kind === 'CITIZEN' && dossier !== undefined && grantee !== undefined && speaksFor(world, who).includes(dossier.applicant) && ![dossier.applicant, who.me].includes(grantee.id)
        && (grantee.kind === 'PERSON' ? grantee.sandbox === dossier.sandbox : dossier.access_class === 'OPEN' && (!dossier.sandbox || isInventedFor(world, who, grantee.id)));
    },
  },
  unshareDossier: {
    says: 'Who speaks for the applicant takes a grant back, the grantee gives it up; a partner by a key with dossiers.submit, of its environment, of guests only with a TEAM key.',
    may: (world, who, { grant: id }) => {
      const grant = world.grantById.get(id);
      return grant !== undefined && givesUp(world, who, grant.applicant, grant.grantee);
    },
  },
  delegate: {
    says: 'People delegate for themselves and for organisations they administer, within one world; from the sandbox to the partner whose people they are.',
    may: (world, who, { from, to }) => {
      const delegator = from === undefined ? world.subject.get(who.me) : world.subjectByPublicId.get(from);
      const delegate = world.subjectByPublicId.get(to);
      return who.kind === 'CITIZEN' && delegator !== undefined && delegate !== undefined && speaksFor(world, who).includes(delegator.id) && ![delegator.id, who.me].includes(delegate.id)
        && (delegate.kind === 'PERSON' ? delegate.sandbox === delegator.sandbox : !delegator.sandbox || isInventedFor(world, who, delegate.id));
    },
  },
  undelegate: { says: 'Both sides end a delegation; a partner as it gives up a grant.', may: (world, who, { delegation: id }) => {
    const one = world.delegationById.get(id);
    return one !== undefined && givesUp(world, who, one.delegator, one.delegate);
  } },
  giveSeat: {
    says: 'Who administers an organisation gives seats in it to others of its world, by a second factor.',
    may: (world, who, { taxCode, person: publicId }) => {
      const organisation = partnerOf(world, who, taxCode);
      const person = world.subjectByPublicId.get(publicId);
      return organisation !== undefined && person !== undefined && administers(world, who, organisation) && stepsUp(world, who) && person.id !== who.me && person.sandbox === world.subject.get(organisation).sandbox;
    },
  },
  withdrawSeat: { says: 'Who administers the organisation withdraws a seat by a second factor; who sits there gives it up.', may: (world, who, { seat: id }) => {
    const seat = world.seat.get(id);
    return seat !== undefined && who.kind === 'CITIZEN' && (seat.person === who.me || administers(world, who, seat.organisation) && stepsUp(world, who));
  } },
  classifyDossier: { says: 'The HEAD of the agency that decides, by a second factor.', may: (world, who, { code }) => acts(world, who, 'HEAD') && world.byCode.get(code)?.competent_agency === agencyOf(world, who) && stepsUp(world, who) },
  sandboxSignIn: { says: 'A TEST key signs in as people invented for its partner.', may: (world, who, { person }) => sandboxOf(world, who).some((id) => {
    const { public_id, kind } = world.subject.get(id);
    return kind === 'PERSON' && [public_id, world.sandbox_person.get(id).face].includes(person);
  }) },
  sandboxAdvance: { says: 'A TEST key with dossiers.submit, or who is signed in by one, plays the officer of dossiers it sees, of the sandbox only.', may: (world, who, { code }) => {
    const dossier = world.byCode.get(code);
    return who.environment === 'TEST' && dossier?.sandbox === true && seesDossier(world, who, dossier) && (who.kind === 'CITIZEN' || who.scopes.includes('dossiers.submit'));
  } },
  addGuest: { says: 'Who administers the organisation by a second factor, or a LIVE key with keys.manage; nobody invented.',
    may: (world, who, { taxCode, guest }) => manages(world, who, 'keys.manage', partnerOf(world, who, taxCode), 'LIVE') && world.subjectByPublicId.get(guest)?.sandbox === false },
  removeGuest: { says: 'Who may add guests removes them.', may: (world, who, { taxCode }) => manages(world, who, 'keys.manage', partnerOf(world, who, taxCode), 'LIVE') },
  addWebhookEndpoint: { says: 'A key with webhooks.manage in its environment, or who administers the organisation by a second factor.',
    may: (world, who, { taxCode, environment }) => manages(world, who, 'webhooks.manage', partnerOf(world, who, taxCode), environment) },
  ...Object.fromEntries(['updateWebhookEndpoint', 'rotateWebhookSecret', 'removeWebhookEndpoint'].map((name) => [name, { says: 'Who may add such an endpoint changes it.', may: (world, who, { id }) => {
    const endpoint = world.webhook_endpoint.get(id);
    return endpoint !== undefined && manages(world, who, 'webhooks.manage', endpoint.partner, endpoint.environment);
  } }])),
  scanPart: { says: 'Who may accept a dossier, or confirm what has come for it, scans its own files for it.', may: (world, who, input) => moves('accept', 'receiveItems')(world, who, input) && world.upload.get(input.scan.upload)?.officer === who.me },
  attachResult: { says: 'PROCESSOR of the agency that decides attaches its own files as the result.', may: (world, who, { code, upload }) => processes(world, who, code) && world.upload.get(upload)?.officer === who.me },
  removeScan: { says: 'Who may scan, or attach, takes back what was scanned or attached.', may: (world, who, { code, paper }) => {
    const row = world.paperByPublicId.get(paper);
    const holds = (of) => of !== undefined && of.dossier === world.byCode.get(code)?.id;
    if (row?.source === 'RESULT') return holds(world.result_file.get(row.id)) && processes(world, who, code);
    return row?.source === 'PAPER_SCAN' && (world.partsOf.get(row.id) ?? []).some((part) => part.source === 'PAPER_SCAN' && holds(part)) && moves('accept', 'receiveItems')(world, who, { code });
  } },
  acceptDossier: { says: 'INTAKE of the agency that received it accepts.', may: moves('accept') },
  assignDossier: { says: 'DISPATCHER or HEAD of the agency that decides assigns.', may: moves('assign') },
  completeDossier: { says: 'SIGNER of the agency that decides finishes, by a second factor of the last 15 minutes.', may: moves('complete') },
  handOverDossier: { says: 'COUNTER of either agency hands over.', may: moves('handOver') },
  askIntakeSupplement: { says: 'INTAKE of the agency that received it asks for what is missing.', may: moves('askIntakeSupplement') },
  supplementDossier: { says: 'Who speaks for the applicant, who has handed it in, and to whom it is delegated bring what is missing.', may: asApplicant(true) },
  receiveItems: { says: 'INTAKE or PROCESSOR of either agency confirm what has come.', may: moves('receiveItems') },
  waiveSupplement: { says: 'PROCESSOR of the agency that decides goes on without.', may: moves('waive') },
  rejectDossier: { says: 'INTAKE of the agency that received it refuses it.', may: moves('reject') },
  sendTask: { says: 'PROCESSOR of the agency that decides sends tasks.', may: moves('sendTask') },
  acceptTask: { says: 'PROCESSOR of an agency with an open task takes it on.', may: moves('taskAccepted') },
  answerTask: { says: 'PROCESSOR of an agency with an open task answers.', may: moves('taskDone', 'taskReturned') },
  askSupplement: { says: 'HEAD of the agency that decides asks for what is missing.', may: moves('askSupplement') },
  demandFee: { says: 'PROCESSOR of the agency that decides asks for a payment.', may: moves('demandFee') },
  payDossier: { says: 'Who speaks for the applicant, who has handed it in, and to whom it is delegated say how they pay.', may: asApplicant(true) },
  recordExternalNo: { says: 'PROCESSOR, INTAKE or HEAD of the agency that decides enter its number in another system.', may: moves('recordExternalNo') },
  recordPayment: { says: 'COUNTER of either agency takes payments.', may: moves('paid') },
  exemptFee: { says: 'INTAKE of the agency that received it, and HEAD of the one that decides, exempt from a fee.', may: moves('exemptFee') },
  recordRefund: { says: 'COUNTER of either agency records what was given back.', may: (world, who, { code }) => acts(world, who, 'COUNTER') && [world.byCode.get(code)?.received_agency, world.byCode.get(code)?.competent_agency].includes(agencyOf(world, who)) },
  requestWithdraw: { says: 'Who speaks for the applicant asks for a dossier back.', may: asApplicant(false) },
  decideWithdrawal: { says: 'HEAD of the agency that decides, and INTAKE of the one that received it, decide about that.', may: moves('approveWithdraw', 'refuseWithdraw') },
  stopDossier: { says: 'HEAD of the agency that decides stops, by a second factor.', may: moves('stop') },
  reopenDossier: { says: 'HEAD of the agency that decides reopens, by a second factor.', may: moves('reopen') },
  extendDossier: { says: 'HEAD of the agency that decides sets a later date.', may: moves('extend') },
  setAssignmentRule: { says: 'Who heads the agency or administers there, by a second factor.', may: (world, who) => acts(world, who, 'HEAD', 'ADMINISTRATOR') && stepsUp(world, who) },
  collectResult: { says: 'A person who speaks for the applicant takes an electronic result.', may: (world, who, input) => who.kind === 'CITIZEN' && asApplicant(false)(world, who, input) },
  proposeSupplement: { says: 'PROCESSOR of the agency that decides proposes to ask for what is missing.', may: proposes('askSupplement') },
  proposeStop: { says: 'PROCESSOR of the agency that decides proposes to stop.', may: proposes('stop') },
  proposeExtension: { says: 'PROCESSOR of the agency that decides proposes a later date.', may: proposes('extend') },
  signRequest: { says: 'Who may do himself what is proposed at its agency signs it, by a second factor where that needs one.', may: (world, who, { request }) => {
    const row = openSignature(world, who, request);
    return row !== undefined && moves(row.event)(world, who, { code: world.dossier.get(row.dossier).code });
  } },
  returnRequest: { says: 'Who may sign it sends it back, and who proposed it takes it back.', may: (world, who, { request }) => {
    const row = openSignature(world, who, request);
    return row !== undefined && (row.proposed_by === who.me || signs(world, who, row));
  } },
  chooseDelivery: { says: 'Who speaks for the applicant chooses how the result comes.', may: asApplicant(false) },
  changeChannel: { says: 'Who speaks for the applicant changes the channel, and INTAKE and COUNTER of either agency when asked to.',
    may: (world, who, input) => asApplicant(false)(world, who, input) || moves('changeChannel')(world, who, input) },
  makeTrackingCode: { says: 'Who speaks for the applicant has a tracking code made, and INTAKE and COUNTER of either agency.',
    may: (world, who, input) => asApplicant(false)(world, who, input)
      || acts(world, who, 'INTAKE', 'COUNTER') && world.byCode.has(input.code) && isOfOffice(world, who, world.byCode.get(input.code)) },
  acceptAtCounter: { says: 'INTAKE takes dossiers in at its own agency.', may: (world, who) => acts(world, who, 'INTAKE') },
  ...Object.fromEntries(['acceptDossiers', 'assignDossiers', 'completeDossiers', 'handOverDossiers'].map((name) => [name,
    { says: 'Officers change many; of each is answered by itself.', may: (world, who) => who.kind === 'OFFICER' }])),
  registerDevice: { says: 'People register devices for themselves.', may: signedIn },
  saveDraft: {
    says: 'People write drafts of their own, and partners by the keys that submit: of a new one, for whom they may submit.',
    may: (world, who, { draft, applicant, procedure }) => {
      if (draft !== undefined) return ownDraft(world, who, world.draftByPublicId.get(draft) ?? {});
      const whom = applicant ? world.subjectByPublicId.get(applicant)?.id : who.me;
      if (!drafts(world, who, whom)) return false;
      const what = [...world.procedure.values()].find((row) => row.code === procedure);
      const sandbox = who.environment === 'TEST';
      return what?.sandbox === sandbox && world.subject.get(whom)?.sandbox === sandbox && standsFor(world, who, whom, what);
    },
  },
  removeDraft: { says: 'Who writes a draft removes it.', may: (world, who, { id }) => {
    const draft = world.draftByPublicId.get(id);
    return draft !== undefined && writes(world, who, draft);
  } },
  removeDevice: { says: 'People remove devices of their own.', may: (world, who, { id }) => ownDevice(who, world.deviceByPublicId.get(id) ?? {}) },
  signIn: { says: 'Nobody signs in by what no issuer has given.', may: never },
  stepUp: { says: 'Nobody steps up by what no issuer has given.', may: never },
  refreshSession: { says: 'Nobody goes on by a made-up token.', may: never },
  endSession: { says: 'Whoever it is of ends a session.', may: (world, who, { session }) => signedIn(world, who) && (!session || ownSession(who, world.session.get(session) ?? {})) },
  endOtherSessions: { says: 'People end their other sessions.', may: signedIn },
  addPartnerKey: {
    says: 'Who administers the organisation adds a key by a second factor; a partner with keys.manage one of its environment with no more scopes than its own key has.',
    may: (world, who, { taxCode, environment, scopes }) => {
      return manages(world, who, 'keys.manage', partnerOf(world, who, taxCode), environment) && (who.kind !== 'PARTNER' || scopes.every((scope) => who.scopes.includes(scope)));
    },
  },
  revokePartnerKey: { says: 'Who may add such a key may revoke it.', may: (world, who, { id }) => {
    const key = world.partner_key.get(id);
    return key !== undefined && manages(world, who, 'keys.manage', key.partner, key.environment);
  } },
  grantRole: { says: 'An administrator charges others of its agency, by a second factor.',
    may: (world, who, { officer }) => acts(world, who, 'ADMINISTRATOR') && ofAgency(world, who, officer) && officer !== who.publicId && stepsUp(world, who) },
  withdrawRole: { says: 'An administrator takes roles of its agency back, by a second factor.',
    may: (world, who, { id }) => acts(world, who, 'ADMINISTRATOR') && world.staff_grant.get(id)?.agency === agencyOf(world, who) && stepsUp(world, who) },
  substituteOfficer: { says: 'Administrator or head name substitutes within the agency, never themselves; administration passes by an administrator alone.',
    may: (world, who, { officer, substitute, withAdministration }) => acts(world, who, 'ADMINISTRATOR', ...(withAdministration ? [] : ['HEAD'])) && ofAgency(world, who, officer)
      && ofAgency(world, who, substitute) && substitute !== who.publicId && stepsUp(world, who) },
  endSubstitution: { says: 'Administrator, head or who is back ends it, by a second factor.', may: (world, who, { id }) => {
    const one = world.staff_substitution.get(id);
    return one !== undefined && who.kind === 'OFFICER' && stepsUp(world, who) && one.agency === world.officer.get(who.me).agency && (one.absent === who.me || leads(world, who));
  } },
  addOfficer: { says: 'An administrator makes officers of its agency known, by a second factor.', may: (world, who) => acts(world, who, 'ADMINISTRATOR') && stepsUp(world, who) },
  keepPaper: { says: 'People keep their own uploads.', may: (world, who, { upload }) => who.kind === 'CITIZEN' && world.upload.get(upload)?.creator === who.me },
  removePaper: { says: 'Who speaks for its owner removes a paper in store.', may: (world, who, { paper }) => {
    const row = world.paperByPublicId.get(paper);
    return row !== undefined && row.removed_at === null && who.kind === 'CITIZEN' && speaksFor(world, who).includes(row.owner);
  } },
  importResults: { says: 'Who keeps the inventory of an agency puts results on it.', may: (world, who) => acts(world, who, 'ARCHIVIST') },
  attachResultScan: { says: 'Who keeps the inventory attaches scans, of uploads of its own.', may: (world, who, { result, upload }) => keepsIt(world, who, result) && world.upload.get(upload)?.officer === who.me },
  checkResult: { says: 'Another one who keeps the inventory checks a scan.', may: (world, who, { result }) => keepsIt(world, who, result) && world.resultByPublicId.get(result).attached_by !== who.me },
  removeResult: { says: 'Who keeps the inventory takes a result off it, of which there is no scan.', may: (world, who, { result }) => keepsIt(world, who, result) && world.resultByPublicId.get(result).state === 'INVENTORIED' },
  proposeProcedureVersion: { says: 'An officer in charge of procedure control proposes versions of what its agency publishes.',
    may: (world, who, { procedure: code }) => publishes(world, who, [...world.procedure.values()].find((row) => row.code === code)) },
  proposeProcedureEnd: { says: 'An officer in charge of procedure control proposes ends of what its agency publishes.',
    may: (world, who, { procedure: code }) => publishes(world, who, [...world.procedure.values()].find((row) => row.code === code)) },
  publishProcedureVersion: { says: 'Another officer in charge at the same agency publishes what is proposed, by a second factor.',
    may: (world, who, { proposal }) => publishesOpen(world, who, proposal) && world.procedure_proposal.get(proposal).proposed_by !== who.me && stepsUp(world, who) },
  withdrawProposal: { says: 'Who might propose it gives an open proposal of its agency up.', may: (world, who, { proposal }) => publishesOpen(world, who, proposal) },
  retryPortalMessage: { says: 'Who sees a message in quarantine has it tried again.', may: (world, who, { message }) => { const row = world.messageByPublicId.get(message); return row !== undefined && seesMessage(world, who, row); } },
  dismissPortalMessage: { says: 'Who sees a message in quarantine settles it otherwise.', may: (world, who, { message }) => { const row = world.messageByPublicId.get(message); return row !== undefined && seesMessage(world, who, row); } },
  redriveSync: { says: 'The head or an administrator of an agency of a dossier has a message that was given up sent again.', may: (world, who, { code, adapter = 'DVCQG' }) => {
    const dossier = world.byCode.get(code);
    return dossier !== undefined && who.kind === 'OFFICER' && ofOwn.OFFICER(world, who, dossier) && acts(world, who, 'HEAD', 'ADMINISTRATOR') && adapter === 'DVCQG' && world.syncOf.get(dossier.id)?.state === 'FAILED';
  } },
  requestExport: { says: 'A person asks for a copy of its data, by a second factor.', may: (world, who) => who.kind === 'CITIZEN' && stepsUp(world, who) },
  requestErasure: { says: 'A person closes its account, by a second factor.', may: (world, who) => who.kind === 'CITIZEN' && stepsUp(world, who) },
};
