-- reference_clients: -> name, least_version, advised_version of each app today. Lane quick, every role.
SELECT DISTINCT ON (name) name, least_version, advised_version
  FROM client_release
 WHERE valid_from <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
 ORDER BY name, valid_from DESC;
