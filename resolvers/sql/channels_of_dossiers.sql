-- channels_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, dossier, channel, delivery (NULL: not chosen yet). Whoever
-- is shown a dossier has been noted by the statement that showed it. Lane quick.
SELECT p.no - 1 AS parent_no, d.id AS dossier, d.channel, nullif(d.delivery, 'NOT_READY') AS delivery
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
 ORDER BY p.no;
