-- search_units: $1 text words or a code, $2 bool with the sandbox, $3 int8 how many -> parent_no (0), unit; the best first.
-- Lane quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT 0::int8 AS parent_no, unit FROM search_units($1, $2, least($3::int8, 1000)::int) ORDER BY place;
