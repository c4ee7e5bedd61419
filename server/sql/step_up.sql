-- step_up: $1 uuid session, $2 bytea blind index of who has shown a second factor -> stepped_up. Role app_service.
SELECT step_up($1, $2) AS stepped_up;
