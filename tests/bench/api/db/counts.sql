-- As many of ours as of the benchmark's, each the same in what an answer shows: else an error.
DO $$
DECLARE
    v_differ bigint;
BEGIN
    SELECT count(*) INTO v_differ
      FROM public.dossier b
      JOIN public.procedure bp ON bp.id = b.procedure_id
      JOIN public.agency ba ON ba.id = b.agency_id
      FULL JOIN (SELECT d.*, p.code AS procedure_code, a.code AS agency_code, s.national_code
                   FROM dossier d JOIN procedure_version v ON v.id = d.procedure_version JOIN procedure p ON p.id = v.procedure
                   JOIN agency a ON a.id = d.received_agency JOIN dossier_state s ON s.id = d.state) AS o ON o.id = b.id
     WHERE (b.code, b.citizen_id, b.status::int, b.submitted_at, b.due_at, b.returned_at, bp.code, ba.code)
           IS DISTINCT FROM (o.code, o.applicant, o.national_code, o.submitted_at, o.due_at, o.finished_at, o.procedure_code, o.agency_code);
    IF v_differ > 0 THEN RAISE EXCEPTION '% dossiers differ from the benchmark''s', v_differ; END IF;
    SELECT count(*) INTO v_differ
      FROM public.dossier_event b
      FULL JOIN (SELECT e.*, s.national_code FROM dossier_event e JOIN dossier_state s ON s.id = e.to_state) AS o
             ON (o.dossier, o.seq) = (b.dossier_id, b.seq)
     WHERE (b.status::int, b.at, normalize(b.note, NFC)) IS DISTINCT FROM (o.national_code, o.at, o.note);
    IF v_differ > 0 THEN RAISE EXCEPTION '% events differ from the benchmark''s', v_differ; END IF;
    SELECT count(*) INTO v_differ
      FROM public.citizen b FULL JOIN (SELECT s.* FROM subject s JOIN person p ON p.id = s.id WHERE NOT s.sandbox) AS o ON o.id = b.id
     WHERE b.full_name IS DISTINCT FROM o.name;
    IF v_differ > 0 THEN RAISE EXCEPTION '% persons differ from the benchmark''s', v_differ; END IF;
END $$;
