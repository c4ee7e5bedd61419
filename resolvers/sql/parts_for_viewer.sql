-- parts_for_viewer: $1 int8[] versions of procedures in parent order, $2 text case (NULL: all), $3 int8[] whom the viewer speaks for ->
-- parent_no, id, declared (the e-form of the case is it), held (a paper of theirs fits), and the columns of parts_of_versions; those of the case and of all cases, in their order.
-- Lane quick; role app_citizen.
SELECT (w.no - 1)::int8 AS parent_no, p.id,
       EXISTS (SELECT FROM form_part m WHERE m.part = p.code)
       AND EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = v.id AND f.case_code IN ('', coalesce(c.code, $2))) AS declared,
       EXISTS (SELECT FROM part_paper_kind k
                CROSS JOIN unnest($3::int8[]) AS o(id)
                 JOIN stored_paper s ON s.owner = o.id AND s.kind = k.kind AND s.state = 'CLEAN' AND s.removed_at IS NULL
                  AND daterange(s.valid_from, s.valid_until, '[]') @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                WHERE k.part = p.code AND (k.procedure IS NULL OR k.procedure = v.procedure)) AS held,
       p.code, c.code AS case_code, p.name_vi AS name, p.name_en, p.originals, p.copies,
       p.required, p.database_vi AS database, p.database_en, p.reason_vi AS reason, p.reason_en
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(version, no)
  JOIN procedure_version v ON v.id = w.version
  JOIN procedure_part p ON p.procedure_version = v.id
  LEFT JOIN procedure_case c ON c.id = p.procedure_case
 WHERE c.code IS NULL OR c.code = coalesce($2, c.code)
 ORDER BY w.no, p.position;
