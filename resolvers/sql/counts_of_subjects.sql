-- counts_of_subjects: $1 int8[] applicants -> state, count. Lane quick.
SELECT d.state, count(*) AS count
  FROM dossier d
 WHERE d.applicant = ANY ($1::int8[])
 GROUP BY d.state;
