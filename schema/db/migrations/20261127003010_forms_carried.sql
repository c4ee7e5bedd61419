-- A version that is published carries the forms of the one before over (procedure_write).

-- migrate:up

GRANT INSERT ON procedure_form TO motcua_definer;

-- migrate:down

REVOKE INSERT ON procedure_form FROM motcua_definer;
