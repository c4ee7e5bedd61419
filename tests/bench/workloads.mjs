// The queries measured: what is asked, by whom (the sample's citizen unless it says another), and what an answer must have
// to count as one.
const named = (node) => typeof node?.name === 'string' && node.name !== '';

function wholeDossier(node) {
  const events = node.timeline.edges;
  return named(node.procedure) && named(node.receivedAgency) && typeof node.state === 'string' &&
    events.length > 0 && events.length <= 5 && events.every((edge) => edge.node.at && edge.node.event);
}

export const workloads = [
  {
    name: 'typename',
    title: '`{ __typename }`',
    query: () => '{ __typename }',
    holds: (data) => data.__typename === 'Query',
  },
  {
    name: 'dossier',
    title: 'one dossier by code',
    query: (code) => `{ dossier(code: ${JSON.stringify(code)}) { code state procedure { name } receivedAgency { name } } }`,
    holds: ({ dossier }, code) => dossier?.code === code && named(dossier.procedure) && named(dossier.receivedAgency),
  },
  {
    name: 'dossiers',
    title: '20 dossiers, 5 events each',
    query: () => '{ viewer { dossiers(first: 20) { edges { node { code state procedure { name } receivedAgency { name } ' +
      'timeline(last: 5) { edges { node { at event } } } } } } } }',
    holds: ({ viewer }) => viewer.dossiers.edges.length === 20 && viewer.dossiers.edges.every((edge) => wholeDossier(edge.node)),
  },
  {
    name: 'office',
    as: 'officer',
    title: '20 dossiers of an office, each look noted',
    query: () => '{ viewer { dossiers(first: 20) { edges { node { code state procedure { name } receivedAgency { name } } } } } }',
    holds: ({ viewer }) => viewer.dossiers.edges.length === 20 && viewer.dossiers.edges.every(({ node }) => named(node.procedure) && named(node.receivedAgency)),
  },
];
