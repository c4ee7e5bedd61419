// What changes between two rounds without a request: rights come and go under those who use them. After a move of a
// person's rights its sessions rest for a round, since the service has a second to notice.

const grants = (chance, world) => {
  const grant = chance.one([...world.dossier_grant.values()]);
  return chance.one([
    `UPDATE dossier_grant SET revoked_at = now() WHERE no = ${grant.no} AND revoked_at IS NULL`,
    `UPDATE dossier_grant SET until = now() - interval '1 minute' WHERE no = ${grant.no}`,
    `UPDATE dossier_grant SET until = now() + interval '9 days' WHERE no = ${grant.no}`,
    `UPDATE dossier_grant SET fields = '{STATUS}' WHERE no = ${grant.no}`,
    `UPDATE dossier_grant SET fields = '{STATUS,APPLICANT,TIMELINE}' WHERE no = ${grant.no}`,
    `INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until, fields)
     SELECT d.id, ${grant.grantee}, d.applicant, d.applicant, '${grant.kind}', 'Thử', now() + interval '9 days', '{STATUS,APPLICANT}'
       FROM dossier d WHERE d.id = ${chance.between(1, 50_000)} AND d.applicant <> ${grant.grantee}
        AND d.sandbox = ${world.subject.get(grant.grantee).sandbox} ON CONFLICT DO NOTHING`,
  ]);
};

const delegations = (chance, world) => {
  const { no } = chance.one([...world.delegation.values()]);
  return `UPDATE delegation SET ${chance.one(['revoked_at = now()', "until = now() - interval '1 minute'", "until = now() + interval '9 days'"])} WHERE no = ${no}`;
};

const classes = (chance) => `UPDATE dossier SET access_class = CASE access_class WHEN 'OPEN' THEN 'RESTRICTED' ELSE 'OPEN' END WHERE id = ${chance.between(1, 50_000)}`;

const guests = (chance, world) => {
  const { partner, guest } = chance.one([...world.partner_guest.values()]);
  return chance.happens(50) ? `DELETE FROM partner_guest WHERE partner = ${partner} AND guest = ${guest}`
    : `INSERT INTO partner_guest (partner, guest) VALUES (${partner}, ${chance.between(1, 5000)}) ON CONFLICT DO NOTHING`;
};

const seats = (chance, world) => {
  const { id, person } = chance.one([...world.seat.values()].filter((seat) => world.subject.get(seat.person)));
  const change = chance.one(["role = 'MEMBER'", "role = 'ADMINISTRATOR'", 'withdrawn_at = now()', 'withdrawn_at = NULL', "until = now() - interval '1 minute'", 'until = NULL']);
  return { sql: `UPDATE seat SET ${change} WHERE id = '${id}'; SELECT rights_changed('SUBJECT:${person}')`, kinds: ['CITIZEN'], all: [person] };
};

/** Whose rights change with an officer's: his, and of who stands in for him. */
export const affectedBy = (world, officer) => [officer, ...[...world.staff_substitution.values()].filter(({ absent }) => absent === officer).map(({ substitute }) => substitute)];

const roles = (chance, world) => {
  const grant = chance.one([...world.staff_grant.values()]);
  const changed = chance.happens(40) ? `UPDATE staff_grant SET withdrawn_at = now() WHERE id = '${grant.id}' AND withdrawn_at IS NULL`
    : `INSERT INTO staff_grant (officer, agency, role, starts_at) VALUES (${grant.officer}, ${grant.agency}, '${grant.role}', now()) ON CONFLICT DO NOTHING`;
  return { sql: `${changed}; SELECT staff_changed(${grant.officer})`, kinds: ['OFFICER'], all: affectedBy(world, grant.officer) };
};

// Sessions that requests have ended are followed by others, or in the end nobody would be left.
const reopened = `INSERT INTO session (kind, subject, officer, device, expires_at, stepped_up_at)
SELECT kind, subject, officer, 'Máy mới', now() + interval '9 days', now() + interval '1 day' FROM session s
 WHERE kind <> 'PARTNER' AND sandbox_partner IS NULL AND ended_why IN ('SIGNED_OUT', 'SIGNED_OUT_ELSEWHERE') AND ended_at > now() - interval '5 minutes'
   AND NOT EXISTS (SELECT FROM session o WHERE o.kind = s.kind AND (o.subject = s.subject OR o.officer = s.officer) AND o.ended_at IS NULL)
 GROUP BY kind, subject, officer`;

// An erased person of the sandbox is invented anew when the partner next asks; here, so that no reading of the world misses it.
const invented = `SELECT sandbox_make(partner) FROM (SELECT DISTINCT partner FROM sandbox_person) AS p
 WHERE EXISTS (SELECT FROM sandbox_face f WHERE NOT EXISTS (SELECT FROM sandbox_person s WHERE s.partner = p.partner AND s.face = f.code))`;

const often = [grants, grants, grants, delegations, classes, guests, seats, roles];

/** Some moves as SQL for the superuser, and whose sessions rest: { sql, rest: (who) => boolean }. */
export function makeMoves(chance, world, count) {
  const moves = chance.times(count, count, () => chance.one(often)(chance, world)).map((move) => (typeof move === 'string' ? { sql: move } : move));
  return { sql: `SET search_path = motcua, public; BEGIN; ${[...moves.map(({ sql }) => sql), reopened, invented].join(';\n')}; COMMIT;`,
    rest: (who) => moves.some(({ kinds, all }) => kinds?.includes(who.kind) && all.includes(who.me)) };
}
