-- papers_of_viewer: $1 int8[] owners, $2 int8 before this number, $3 int8 limit -> parent_no (0) and the columns of papers_by_id,
-- of papers in store, the latest first. One walk along an index for each owner. Lane quick; role app_citizen.
SELECT 0::int8 AS parent_no, p.id, p.public_id, p.title, p.kind, p.media_type, p.bytes, p.valid_from, p.valid_until, p.source, p.reuses,
       p.state, p.refusal, p.created_at, encode(p.sha256, 'hex') AS sha256
  FROM unnest($1::int8[]) AS o(id)
 CROSS JOIN LATERAL (
       SELECT p.* FROM stored_paper p
        WHERE p.owner = o.id AND p.id < $2::int8 AND p.removed_at IS NULL AND NOT p.withheld
        ORDER BY p.id DESC
        LIMIT $3::int8) AS p
 ORDER BY p.id DESC
 LIMIT $3::int8;
