-- reference_agencies: -> id, public_id, code, name, successor. Lane quick, every role.
SELECT id, public_id, code, name, successor FROM agency ORDER BY code;
