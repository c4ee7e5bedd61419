-- erased: -> parent_no (0), what, count of what went when the viewer closed its account. Lane quick; role app_citizen.
SELECT 0::int8 AS parent_no, x.what, x.count
  FROM erasure e CROSS JOIN LATERAL jsonb_to_recordset(e.erased) AS x(what text, count int8)
 WHERE e.subject = (SELECT me());
