-- reference_units: -> id, code, valid_from, valid_to, level, name, parent, sandbox of every unit there is or was. Lane quick,
-- every role.
SELECT u.id, u.code, u.valid_from, u.valid_to, u.level, u.name, p.id AS parent, u.sandbox
  FROM unit u
  LEFT JOIN unit p ON (p.code, p.valid_from) = (u.parent_code, u.parent_valid_from)
 ORDER BY u.id;
