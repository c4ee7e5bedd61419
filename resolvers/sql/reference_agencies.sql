-- reference_agencies: -> id, public_id, code, name, successor, sandbox. Lane quick, every role.
SELECT id, public_id, code, name, successor, sandbox FROM agency ORDER BY code;
