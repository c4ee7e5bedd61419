-- The people and organisations a dossier is about, and the officers who work on it.
-- Source: DOMAIN §2.8, §5.1. Row-level security stands in 20261126000700_row_security.sql.

-- migrate:up

-- Whoever can be an applicant. Policies, grants and devices know only this id.
CREATE TABLE subject (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    kind      text NOT NULL CHECK (kind IN ('PERSON', 'ORGANISATION')),
    name      text NOT NULL CHECK (name IS NFC NORMALIZED),
    locale    text NOT NULL DEFAULT 'vi' CHECK (locale IN ('vi', 'en')),
    UNIQUE (id, kind)
);

CREATE TABLE person (
    id              bigint PRIMARY KEY,
    kind            text NOT NULL DEFAULT 'PERSON' CHECK (kind = 'PERSON'),
    born_on         date NOT NULL,
    unit_code       text NOT NULL,
    unit_valid_from date NOT NULL,
    FOREIGN KEY (id, kind) REFERENCES subject (id, kind),
    FOREIGN KEY (unit_code, unit_valid_from) REFERENCES unit
);
COMMENT ON COLUMN person.unit_code IS 'Commune of residence.';

CREATE TABLE organisation (
    id              bigint PRIMARY KEY,
    kind            text NOT NULL DEFAULT 'ORGANISATION' CHECK (kind = 'ORGANISATION'),
    tax_code        text NOT NULL UNIQUE CHECK (tax_code_valid(tax_code)),
    unit_code       text NOT NULL,
    unit_valid_from date NOT NULL,
    FOREIGN KEY (id, kind) REFERENCES subject (id, kind),
    FOREIGN KEY (unit_code, unit_valid_from) REFERENCES unit
);

-- Người dùng của tổ chức: a person who may speak for an organisation.
CREATE TABLE seat (
    person       bigint NOT NULL REFERENCES person,
    organisation bigint NOT NULL REFERENCES organisation,
    since        date NOT NULL,
    PRIMARY KEY (person, organisation)
);
CREATE INDEX seat_organisation ON seat (organisation);

CREATE TABLE officer (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    agency    bigint NOT NULL REFERENCES agency,
    name      text NOT NULL CHECK (name IS NFC NORMALIZED),
    roles     text[] NOT NULL CHECK (roles <@ ARRAY['INTAKE', 'DISPATCHER', 'PROCESSOR', 'SIGNER', 'HEAD',
                                                    'COUNTER', 'FIELD']),
    locale    text NOT NULL DEFAULT 'vi' CHECK (locale IN ('vi', 'en'))
);
CREATE INDEX officer_agency ON officer (agency);

-- migrate:down

DROP TABLE officer, seat, organisation, person, subject CASCADE;
