-- syncs_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, state, sent_at, acked_at, lag_s, why of how each stands with the national
-- portal. Lane quick; role app_officer.
SELECT p.no - 1 AS parent_no, s.state, s.sent_at, s.acked_at,
       greatest(0, coalesce(extract(epoch FROM now() - s.oldest_at), 0))::int8 AS lag_s, s.why
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier_sync s ON s.dossier = p.id AND s.adapter = 'DVCQG'
 ORDER BY p.no;
