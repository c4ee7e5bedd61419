-- places_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, given, unit, support_agency of those of which a place was
-- said. A look by others than the applicant is noted. Lane quick; roles app_citizen, app_officer.
SELECT p.no - 1 AS parent_no, x.given, x.unit, x.support_agency,
       CASE WHEN (x.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE THEN note_access('LOOK', ARRAY[x.dossier], ARRAY[x.applicant]) END AS noted
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier_place x ON x.dossier = p.id
 ORDER BY p.no;
