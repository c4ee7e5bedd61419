-- node_of_partner: $1 text id, a UUID -> kind and the columns of that kind (dossier_*, event_*, device_*), the rest NULL.
-- A look at a dossier by others than its applicant is noted. Lane quick.
SELECT 'Dossier' AS kind, d.id AS dossier_id, d.public_id AS dossier_public_id, d.code AS dossier_code,
       d.procedure_version AS dossier_procedure_version, d.applicant AS dossier_applicant,
       d.received_agency AS dossier_received_agency, d.competent_agency AS dossier_competent_agency,
       d.state AS dossier_state, d.submitted_at AS dossier_submitted_at, d.received_at AS dossier_received_at,
       d.due_at AS dossier_due_at, d.finished_at AS dossier_finished_at, d.seq AS dossier_seq,
       NULL::uuid AS event_id, NULL::int8 AS event_dossier, NULL::int4 AS event_seq, NULL::timestamptz AS event_at,
       NULL::text AS event_event, NULL::text AS event_from_state, NULL::text AS event_to_state,
       NULL::text AS event_actor_name, NULL::text AS event_note, NULL::int8 AS event_feed_no,
       NULL::uuid AS device_public_id, NULL::text AS device_kind, NULL::timestamptz AS device_registered_at,
       CASE WHEN (d.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE THEN note_access('LOOK', ARRAY[d.id], ARRAY[d.applicant]) END AS noted
  FROM dossier d
 WHERE d.public_id = $1::text::uuid
UNION ALL
SELECT 'DossierEvent', NULL::int8, NULL::uuid, NULL::text, NULL::int8, NULL::int8, NULL::int8, NULL::int8,
       NULL::text, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::int4, e.id,
       e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, NULL::uuid,
       NULL::text, NULL::timestamptz,
       CASE WHEN (e.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE THEN note_access('LOOK', ARRAY[e.dossier], ARRAY[e.applicant]) END
  FROM dossier_event e
 WHERE e.id = $1::text::uuid;
