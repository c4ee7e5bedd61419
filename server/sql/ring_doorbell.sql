-- ring_doorbell: -> one row of nothing; wakes the workers. Lane quick, any role.
SELECT pg_notify('doorbell', '') IS NULL AS rung;
