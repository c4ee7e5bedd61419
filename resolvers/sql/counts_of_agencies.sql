-- counts_of_agencies: $1 int8[] agencies that received or decide it -> state, count. RESTRICTED ones are in no figure.
-- Lane quick.
SELECT d.state, count(*) AS count
  FROM dossier d
 WHERE (d.received_agency = ANY ($1::int8[]) OR d.competent_agency = ANY ($1::int8[]))
   AND d.access_class = 'OPEN'
 GROUP BY d.state;
