-- Nhận kết quả điện tử (D18, e-download): what an applicant is to do next is told by whether there is a file of the result. A partner sees none
-- of the files: no policy of result_file is for it.

-- migrate:up

GRANT SELECT (dossier, taken_back) ON result_file TO app_partner;

-- migrate:down

DROP FUNCTION IF EXISTS collect_facts(dossier, dossier_actor);
DELETE FROM dossier_transition WHERE event = 'collect';
REVOKE SELECT (dossier, taken_back) ON result_file FROM app_partner;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
