-- kept: -> parent_no (0), vi, en, count, until, basis of what the law kept when the viewer closed its account. Lane quick;
-- role app_citizen.
SELECT 0::int8 AS parent_no, x.vi, x.en, x.count, x.until, x.basis
  FROM erasure e CROSS JOIN LATERAL jsonb_to_recordset(e.kept) AS x(vi text, en text, count int8, until timestamptz, basis text)
 WHERE e.subject = (SELECT me());
