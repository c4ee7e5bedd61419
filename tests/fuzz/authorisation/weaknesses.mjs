// What a mistake in the database would look like, one at a time: each is made in the copy, must be found, and is undone.
//   policy, table, wrong(text)   a policy whose condition becomes another
//   routine, wrong(text)         a function, or view, whose definition becomes another
//   only    the change that shows it;  rights: it shows once rights are read anew;  rare: it takes thousands of requests
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../../e2e/support.mjs';

const all = () => 'true';
const drop = (part) => (text) => text.replaceAll(part, 'true');

export const weaknesses = [
  { name: 'a citizen sees every dossier', policy: 'mine', table: 'dossier', wrong: all },
  { name: 'a partner sees every dossier', policy: 'mine_partner', table: 'dossier', wrong: all },
  { name: 'an officer sees every dossier', policy: 'agency', table: 'dossier', wrong: all },
  { name: 'an officer sees every event', policy: 'agency', table: 'dossier_event', wrong: all },
  { name: 'a partner sees what is RESTRICTED', policy: 'mine_partner', table: 'dossier', wrong: drop("(access_class = 'OPEN'::text)") },
  { name: 'a key sees other environments', policy: 'mine_partner', table: 'dossier', wrong: (text) => text.replace(/\(sandbox = \( SELECT in_sandbox\(\) AS in_sandbox\)\)/, 'true') },
  { name: 'a TEAM key sees others than guests', policy: 'mine_partner', table: 'dossier', wrong: (text) => text.replace(/\(applicant = ANY \(\( SELECT guests\(\) AS guests\)::bigint\[\]\)\)/, 'true') },
  { name: 'a key reads without a scope', rare: true, policy: 'mine_partner', table: 'dossier', wrong: (text) => text.replace(/\( SELECT partner_reads\(\) AS partner_reads\)/, 'true') },
  { name: 'a grant does not run out', routine: 'is_shown(bigint, text)', wrong: drop('g.until > now()') },
  { name: 'a grant is not withdrawn', routine: 'is_shown(bigint, text)', wrong: drop('g.revoked_at IS NULL') },
  { name: 'a timeline is shown that was not granted', routine: 'is_shown(bigint, text)', wrong: drop('p_field = ANY (g.fields)') },
  { name: 'why a dossier was put off is shown with its status', rare: true, policy: 'mine', table: 'dossier_extension', wrong: all },
  { name: 'an applicant is shown who was not granted', policy: 'known', table: 'subject', wrong: drop("('APPLICANT'::text = ANY (g.fields))") },
  { name: 'everybody knows every name', policy: 'known', table: 'subject', wrong: all },
  { name: 'everybody\'s devices are seen', policy: 'mine', table: 'device', wrong: all },
  { name: 'everybody\'s keys are seen', policy: 'mine', table: 'partner_key', wrong: all },
  { name: 'keys of another environment are seen', policy: 'mine_partner', table: 'partner_key', wrong: drop('(environment = ( SELECT environment() AS environment))') },
  { name: 'sessions of another environment are seen', policy: 'mine_partner', table: 'session', wrong: drop('(environment = ( SELECT environment() AS environment))') },
  { name: 'a person is shown everybody\'s grants', rare: true, policy: 'mine', table: 'dossier_grant', wrong: all },
  { name: 'an agency is shown consent to companies', rare: true, policy: 'agency', table: 'dossier_grant', wrong: drop("(kind <> 'CONSENT'::text)") },
  { name: 'a key is shown delegations of another province', rare: true, policy: 'mine_partner', table: 'delegation', wrong: drop('of_environment(delegator)') },
  { name: 'who once delegated stays known', rare: true, policy: 'known_by_delegation', table: 'subject', wrong: drop('(g.until > now())') },
  { name: 'a person is shown everybody\'s seats', rare: true, policy: 'mine', table: 'seat', wrong: all },
  { name: 'everybody\'s jobs are seen', policy: 'mine_partner', table: 'bulk_job', wrong: all },
  { name: 'endpoints of another environment are seen', rare: true, policy: 'mine_partner', table: 'webhook_endpoint', wrong: (text) => text.replace(/\(environment = \( SELECT environment\(\) AS environment\)\)/, 'true') },
  { name: 'a guest list is shown to a test key', rare: true, routine: 'guest_list()', wrong: (text) => text.replace('NOT in_sandbox()', 'true') },
  { name: 'a member speaks for its organisation', rare: true, routine: 'subjects_of(bigint)', wrong: (text) => text.replace("AND role = 'ADMINISTRATOR'", ''), rights: true },
  { name: 'a seat withdrawn still counts', rare: true, routine: 'seat_in_force', wrong: (text) => text.replace('(seat.withdrawn_at IS NULL)', 'true'), rights: true },
  { name: 'an officer hands over without the role', only: 'handOverDossier', routine: 'is_for(dossier_transition, dossier_actor, dossier)', wrong: (text) => text.replace('p_edge.actor_roles && p_actor.roles', 'true') },
  { name: 'anybody shares a dossier', only: 'shareDossier', routine: 'share_dossier(text, uuid, text[], text, timestamptz)', wrong: (text) => text.replace("d.applicant = ANY (subjects())", 'true') },
  { name: 'anybody takes a grant back', only: 'unshareDossier', routine: 'unshare_dossier(uuid)', wrong: (text) => text.replace('g.applicant = ANY (subjects()) OR g.grantee = ANY (subjects())', 'true') },
  { name: 'anybody ends a delegation', only: 'undelegate', routine: 'undelegate(uuid)', wrong: (text) => text.replace('g.delegator = ANY (subjects()) OR g.delegate = ANY (subjects())', 'true') },
  { name: 'anybody gives seats', only: 'giveSeat', routine: 'give_seat(text, uuid, text, timestamptz)', wrong: (text) => text.replaceAll("(kind() = 'CITIZEN' AND administers(v_organisation)) IS NOT TRUE", 'false').replace('NOT stepped_up()', 'false') },
  { name: 'roles are granted by anybody of the agency', rare: true, only: 'grantRole', routine: 'staff_refusal(text[], bigint, bigint[])', wrong: (text) => text.replace('role = ANY (p_roles) AND ', '') },
  { name: 'anybody of the agency changes an access class', only: 'classifyDossier', routine: 'classify_dossier(text, text, text)', wrong: (text) => text.replace("'HEAD' = ANY (roles())", 'true') },
  { name: 'anybody removes a device', only: 'removeDevice', routine: 'remove_device(uuid)', wrong: (text) => text.replace('d.owner_subject = me()', 'true') },
  { name: 'a key is revoked by anybody', only: 'revokePartnerKey', routine: 'partner_refusal(bigint, text[], text)', wrong: (text) => text.replace('NOT administers(p_organisation)', 'false').replace('NOT stepped_up()', 'false') },
  { name: 'a session of nobody\'s own is ended', only: 'endSession', routine: 'end_session(uuid)', wrong: (text) => text.replace(/AND me\(\) = CASE kind\(\).*?END\)/s, ')') },
];

const literal = (text) => `'${text.replaceAll("'", "''")}'`;

async function definition(world, { policy, table, routine }) {
  const sql = policy ? `SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = ${literal(policy)} AND polrelid = '${table}'::regclass`
    : routine.includes('(') ? `SELECT pg_get_functiondef('${routine}'::regprocedure)` : `SELECT pg_get_viewdef('${routine}'::regclass)`;
  return (await world.superuser.ask(`SET search_path = motcua, public;\n${sql};`)).trimEnd();
}

async function put(world, { policy, table, routine, rights }, text) {
  const sql = policy ? `ALTER POLICY ${policy} ON ${table} USING (${text})` : routine.includes('(') ? text : `CREATE OR REPLACE VIEW ${routine} WITH (security_invoker = true) AS ${text.replace(/;$/, '')}`;
  await world.superuser.ask(`${sql};${rights ? " SELECT rights_changed('SUBJECT:' || person) FROM (SELECT DISTINCT person FROM seat) AS s;" : ''}`);
}

/** Makes the mistake; gives what undoes it. */
async function weaken(world, weakness) {
  const right = await definition(world, weakness);
  const wrong = weakness.wrong(right);
  assert.notEqual(wrong, right, `${weakness.name}: its place is not where it was: ${right}`);
  await put(world, weakness, wrong);
  return () => put(world, weakness, right);
}

// Requests, in which each mistake shows. The policy of staff_grant is not among them: every statement that reads it says the
// same itself, so that no answer would show it gone.
const enough = ({ rare }) => (rare ? 60_000 : 12_000);
const noticedMs = 1500;

/** A test for each of these mistakes. fuzzOf(): the fuzzer that makes and finds it. */
export function mustBeFound(those, fuzzOf) {
  for (const weakness of those) {
    test(`it would be found that ${weakness.name}`, async () => {
      const fuzz = fuzzOf();
      const mend = await weaken(fuzz.world, weakness);
      try {
        if (weakness.rights) await sleep(noticedMs);
        await fuzz.run(enough(weakness), { most: 1, roundOf: 400, changesInThousand: weakness.only && 300, only: weakness.only });
        assert.notEqual(fuzz.findings.length, 0, `nothing in ${enough(weakness)} requests`);
      } finally {
        await mend();
        if (weakness.rights) await sleep(noticedMs);
        await fuzz.world.refresh();
        fuzz.findings.length = 0;
      }
    });
  }
}
