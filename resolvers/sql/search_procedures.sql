-- search_procedures: $1 text words or code, $2 text field (NULL: any), $3 bool with the sandbox, $4 int8 after which place,
-- $5 int8 how many -> parent_no (0), place, version; the best first, a hundred at most. Lane quick; roles app_public,
-- app_citizen, app_partner, app_officer.
SELECT 0::int8 AS parent_no, place::int8, version
  FROM search_procedures($1, $2, $3, least($4::int8, 1000)::int, least($5::int8, 1000)::int)
 ORDER BY place;
