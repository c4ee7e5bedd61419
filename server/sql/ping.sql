-- ping: -> one, for /readyz. Lane quick, any role.
SELECT 1 AS one;
