-- papers_for_parts: $1 int8[] procedure_parts in parent order, $2 int8[] whom the viewer speaks for, $3 int8 limit for each -> parent_no
-- and the columns of papers_by_id, of papers of theirs that fit: clean, in store, in force today; the latest first. One walk along an
-- index for each owner and kind. Lane quick; role app_citizen.
SELECT w.no - 1 AS parent_no, p.id, p.public_id, p.title, p.kind, p.media_type, p.bytes, p.valid_from, p.valid_until, p.source, p.reuses,
       p.state, p.refusal, p.created_at, encode(p.sha256, 'hex') AS sha256
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN procedure_part t ON t.id = w.id
  JOIN procedure_version v ON v.id = t.procedure_version
 CROSS JOIN LATERAL (
       SELECT s.* FROM (SELECT DISTINCT k.kind FROM part_paper_kind k
                         WHERE k.part = t.code AND (k.procedure IS NULL OR k.procedure = v.procedure)) AS k
        CROSS JOIN unnest($2::int8[]) AS o(id)
        CROSS JOIN LATERAL (
              SELECT s.* FROM stored_paper s
               WHERE s.owner = o.id AND s.kind = k.kind AND s.state = 'CLEAN' AND s.removed_at IS NULL
                 AND daterange(s.valid_from, s.valid_until, '[]') @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
               ORDER BY s.id DESC
               LIMIT $3::int8) AS s
        ORDER BY s.id DESC
        LIMIT $3::int8) AS p
 ORDER BY w.no, p.id DESC;
