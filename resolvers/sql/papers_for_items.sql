-- papers_for_items: as papers_for_parts, of $1 int8[] supplement_items in parent order; none for an item that is no part of the
-- procedure. Lane quick; role app_citizen.
SELECT w.no - 1 AS parent_no, p.id, p.public_id, p.title, p.kind, p.media_type, p.bytes, p.valid_from, p.valid_until, p.source, p.reuses,
       p.state, p.refusal, p.created_at, encode(p.sha256, 'hex') AS sha256
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN supplement_item i ON i.id = w.id
  JOIN dossier d ON d.id = i.dossier
  JOIN procedure_version v ON v.id = d.procedure_version
 CROSS JOIN LATERAL (
       SELECT s.* FROM (SELECT DISTINCT k.kind FROM part_paper_kind k
                         WHERE k.part = i.part_code AND (k.procedure IS NULL OR k.procedure = v.procedure)) AS k
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
