-- prefill_of_procedures: $1 int8[] versions of procedures in parent order, $2 text case, $3 text public id of the applicant or
-- NULL for the viewer -> parent_no, name, value (JSON), source of the fields that nobody has to be asked for. Lane quick; role
-- app_citizen.
SELECT p.no - 1 AS parent_no, x.name, x.value::text AS value, x.source
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(version, no)
 CROSS JOIN LATERAL prefill(p.version, $2::text,
                            CASE WHEN $3::text IS NULL THEN NULL
                                 WHEN $3::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $3::text::uuid
                                 ELSE '00000000-0000-0000-0000-000000000000' END) AS x
 ORDER BY p.no, x.name;
