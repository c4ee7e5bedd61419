-- papers_by_id: $1 int8[] ids in parent order -> parent_no, id, public_id, title, kind, media_type, bytes, valid_from, valid_until,
-- source, reuses, state, refusal, created_at, sha256 (in hexadecimal; NULL while no file is kept) of those the viewer may see. An office is shown none but those of parts that
-- parts_of_dossiers has noted, and what its viewer has just scanned. Lane quick; roles app_citizen, app_officer.
SELECT w.no - 1 AS parent_no, p.id, p.public_id, p.title, p.kind, p.media_type, p.bytes, p.valid_from, p.valid_until, p.source, p.reuses,
       p.state, p.refusal, p.created_at, encode(p.sha256, 'hex') AS sha256
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN stored_paper p ON p.id = w.id
 ORDER BY w.no;
