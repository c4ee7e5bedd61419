// Differences that are meant, by name, each with its reason. `is` sees the request and both answers.

export const meant = [
  {
    why: 'Our resolvers have types: that a scalar cannot represent a value is an error of ours, whose words show no value.',
    is: (request, have, want) => request.op === 'execute' && unfit(have) && JSON.stringify(have.data) === JSON.stringify(want.data) &&
      places(have) === places(want),
  },
];

const unfit = ({ errors }) => errors?.some(({ message }) => /^Expected a value of the scalar for field /.test(message));
const places = ({ errors }) => errors?.map(({ path, locations }) => JSON.stringify([path, locations])).sort().join();


export const leftOut = (request, have, want) => meant.some(({ is }) => is(request, have, want));
