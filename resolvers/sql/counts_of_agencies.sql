-- counts_of_agencies: $1 int8[] agencies that received or decide it -> state, count. RESTRICTED ones are in no figure.
-- The sums, and what has changed since they were added up (functions/71_counts.sql). Lane quick; role app_officer.
SELECT state, sum(count)::int8 AS count
  FROM (SELECT c.state, c.count FROM dossier_count c WHERE c.received_agency = ANY ($1::int8[])
        UNION ALL
        SELECT c.state, c.count FROM dossier_count c WHERE c.competent_agency = ANY ($1::int8[]) AND c.received_agency <> ALL ($1::int8[])
        UNION ALL
        SELECT c.state, c.by FROM dossier_count_change c WHERE c.received_agency = ANY ($1::int8[]) OR c.competent_agency = ANY ($1::int8[])) AS figure
 GROUP BY state
HAVING sum(count) > 0;
