-- reference_catalogue: -> no, procedure, effective_on, next_on (the same procedure's next; NULL: none); in their order.
-- Lane quick, every role.
SELECT no, procedure, effective_on, lead(effective_on) OVER (PARTITION BY procedure ORDER BY effective_on, no) AS next_on
  FROM catalogue_change
 WHERE shown
 ORDER BY effective_on, no;
