/* Queries and changes go by POST, subscriptions over WebSocket; an Authorization header of the headers editor goes
   with both. */
(function () {
  'use strict';

  var address = location.origin + '/graphql';
  var fetcher = GraphiQL.createFetcher({ url: address, subscriptionUrl: address.replace(/^http/, 'ws') });

  ReactDOM.createRoot(document.getElementById('graphiql')).render(
    React.createElement(GraphiQL, {
      fetcher: fetcher,
      inputValueDeprecation: true,
      schemaDescription: true,
      defaultQuery: '# Headers below: {"Authorization": "Bearer ..."}; ./dev token citizen prints one.\n{\n  viewer {\n    name\n  }\n}\n',
    }),
  );
})();
