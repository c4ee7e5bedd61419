-- What an item of a bulk job says of its place: {code, on, support}, as dossier_route reads it. NULL: nothing.

-- migrate:up

ALTER TABLE bulk_item ADD place jsonb CHECK (jsonb_typeof(place) = 'object');

-- migrate:down

ALTER TABLE bulk_item DROP place;
