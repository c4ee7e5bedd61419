-- A number for each partner's key: what a repeated mutation finds its key again by (idempotency keeps numbers).

-- migrate:up

ALTER TABLE partner_key ADD no bigint GENERATED ALWAYS AS IDENTITY UNIQUE;

-- migrate:down

ALTER TABLE partner_key DROP no;
