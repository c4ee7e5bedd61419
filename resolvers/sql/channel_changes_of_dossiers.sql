-- channel_changes_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, at, former, channel,
-- fee_before, fee_after, settlement, left; the latest first. Lane quick.
SELECT p.no - 1 AS parent_no, c.at, c.former, c.channel, c.fee_before, c.fee_after, c.settlement, c.left_dong AS "left"
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT h.* FROM channel_change h WHERE h.dossier = p.id ORDER BY h.no DESC LIMIT $2::int8) AS c
 ORDER BY p.no, c.no DESC;
