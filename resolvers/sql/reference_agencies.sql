-- reference_agencies: -> id, public_id, code, name, successor, sandbox, unit, kinds (with blanks between), valid_from, valid_to.
-- Lane quick, every role.
SELECT a.id, a.public_id, a.code, a.name, a.successor, a.sandbox, u.id AS unit, array_to_string(a.kinds, ' ') AS kinds, a.valid_from,
       a.valid_to
  FROM agency a
  JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
 ORDER BY a.code;
