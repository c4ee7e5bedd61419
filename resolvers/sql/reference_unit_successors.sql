-- reference_unit_successors: -> former, later, part; by code of either. Lane quick, every role.
SELECT o.id AS former, n.id AS later, s.part
  FROM unit_successor s
  JOIN unit o ON (o.code, o.valid_from) = (s.old_code, s.old_valid_from)
  JOIN unit n ON (n.code, n.valid_from) = (s.new_code, s.new_valid_from)
 ORDER BY s.old_code, s.new_code, s.old_valid_from, s.new_valid_from;
