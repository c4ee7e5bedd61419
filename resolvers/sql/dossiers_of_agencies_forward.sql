-- dossiers_of_agencies_forward: $1 int8[] agencies that received or decide it, $2 text[] states, $3 timestamptz $4 int8 after this key,
-- $5 timestamptz $6 int8 before this key, $7 int8 limit -> parent_no, id, public_id, code, procedure_version, applicant, received_agency, competent_agency, state,
-- submitted_at, received_at, due_at, finished_at, seq; newest first. One walk along an index for each agency and side, and for
-- each state where not all are asked for, so that a page costs its own rows and not the agency's history.
-- The dossiers are noted as shown (functions/95_access_log.sql), but for the row more that only tells whether there are
-- more. Lane quick; role app_officer.
WITH chosen AS (
SELECT $2::text[] @> array_agg(id) AS every FROM dossier_state
), seen AS (
SELECT 0::int8 AS parent_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM (
        SELECT w.* FROM unnest($1::int8[]) AS a(id) CROSS JOIN LATERAL (
               SELECT d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
                      d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
                 FROM dossier d
                WHERE d.received_agency = a.id AND (d.submitted_at, d.id) < ($3::timestamptz, $4::int8) AND (d.submitted_at, d.id) > ($5::timestamptz, $6::int8)
                ORDER BY d.submitted_at DESC, d.id DESC LIMIT $7::int8) AS w WHERE (SELECT every FROM chosen)
        UNION
        SELECT w.* FROM unnest($1::int8[]) AS a(id) CROSS JOIN LATERAL (
               SELECT d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
                      d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
                 FROM dossier d
                WHERE d.competent_agency = a.id AND (d.submitted_at, d.id) < ($3::timestamptz, $4::int8) AND (d.submitted_at, d.id) > ($5::timestamptz, $6::int8)
                ORDER BY d.submitted_at DESC, d.id DESC LIMIT $7::int8) AS w WHERE (SELECT every FROM chosen)
        UNION
        SELECT w.* FROM unnest($1::int8[]) AS a(id), unnest($2::text[]) AS s(id) CROSS JOIN LATERAL (
               SELECT d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
                      d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
                 FROM dossier d
                WHERE d.received_agency = a.id AND d.state = s.id AND (d.submitted_at, d.id) < ($3::timestamptz, $4::int8) AND (d.submitted_at, d.id) > ($5::timestamptz, $6::int8)
                ORDER BY d.submitted_at DESC, d.id DESC LIMIT $7::int8) AS w WHERE NOT (SELECT every FROM chosen)
        UNION
        SELECT w.* FROM unnest($1::int8[]) AS a(id), unnest($2::text[]) AS s(id) CROSS JOIN LATERAL (
               SELECT d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
                      d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
                 FROM dossier d
                WHERE d.competent_agency = a.id AND d.state = s.id AND (d.submitted_at, d.id) < ($3::timestamptz, $4::int8) AND (d.submitted_at, d.id) > ($5::timestamptz, $6::int8)
                ORDER BY d.submitted_at DESC, d.id DESC LIMIT $7::int8) AS w WHERE NOT (SELECT every FROM chosen)) AS d
 ORDER BY d.submitted_at DESC, d.id DESC
 LIMIT $7::int8
), noted AS (
SELECT note_access('LIST', array_agg(s.id), array_agg(s.applicant))
  FROM (SELECT s.id, s.applicant FROM seen s ORDER BY s.submitted_at DESC, s.id DESC LIMIT $7::int8 - 1) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.submitted_at DESC, s.id DESC;
