-- guests_of_viewer: -> parent_no (0), id, client_id, name (NULL: not for the viewer), since of the guests of the partner, or of
-- the organisations the person administers; the latest first; add_guest keeps them to 100 each. Lane quick; roles
-- app_citizen, app_partner.
SELECT 0::int8 AS parent_no, g.guest_id AS id, g.client_id, s.name, g.since
  FROM guest_list() AS g LEFT JOIN subject s ON s.id = g.guest
 ORDER BY g.no DESC
 LIMIT 100;
