// How our answers are the benchmark's: aliases in queries/ give our fields its names, and here stands what is left.
//
// | benchmark | ours | |
// |---|---|---|
// | citizen(id) | viewer | who asks is the session's, so each request carries the token of the citizen that its id names |
// | Dossier.status 1..10 | nationalStatus | the same numbers |
// | DossierEvent.status | to | the state's name for the number: stateNumbers |
// | returnedAt | finishedAt | |
// | agency of a dossier | receivedAgency | (competentAgency is the same one in these rows) |
// | Procedure.fee, Procedure.agency | - | a fee is a rule of case, channel and day here, and who decides depends on where it is handed in: |
// | | limitUnit, decision, level | neither is a member of the procedure. Asked in their place, so that as much is written |
// | date-times | | the same instants, ours written with +07:00 |

const stateNumbers = { SUBMITTED: 1, ACCEPTED: 2, REJECTED: 3, PROCESSING: 4, SUPPLEMENT_REQUIRED: 5, PAYMENT_REQUIRED: 6,
  WITHDRAW_REQUESTED: 7, STOPPED: 8, COMPLETED: 9, RETURNED: 10 };

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

// The same for two values that say the same: members sorted, instants in UTC.
export function canonical(value) {
  if (Array.isArray(value)) return value.map(canonical);
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, canonical(value[key])]));
  return typeof value === 'string' && dateTime.test(value) ? new Date(value).toISOString() : value;
}

const edges = (connection, change) => ({ ...connection, edges: connection.edges.map(({ node }) => ({ node: change(node) })) });

const withNumbers = (dossier) => ({ ...dossier,
  events: { nodes: dossier.events.nodes.map((event) => ({ ...event, status: stateNumbers[event.status] })) } });
const withoutOurs = ({ limitUnit, decision, level, ...procedure }) => procedure;
const withoutTheirs = ({ fee, agency, ...procedure }) => procedure;

const home = { ours: ({ citizen }) => ({ citizen: { ...citizen, dossiers: edges(citizen.dossiers, withNumbers) } }), oracle: (data) => data };

// By workload: what makes our data, and the oracle's, comparable.
export const mappings = {
  W2: { ours: (data) => data, oracle: (data) => data },
  W3: home,
  W3r: home,
  W4: { ours: ({ procedures }) => ({ procedures: edges(procedures, withoutOurs) }), oracle: ({ procedures }) => ({ procedures: edges(procedures, withoutTheirs) }) },
};
