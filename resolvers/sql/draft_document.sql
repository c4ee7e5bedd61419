-- draft_document: $1 text public id -> form, schema (JSON), document (JSON): what the draft would be handed in with, held
-- until the transaction ends; no row for one that is not the viewer's. Lane write; roles app_citizen, app_partner.
SELECT form, schema, document FROM draft_document($1);
