-- quarantined_by_id: $1 int8[] messages in parent order -> as quarantine_of_viewer, of those still in quarantine. Lane quick; role app_officer.
SELECT p.no - 1 AS parent_no, m.id, m.public_id, m.kind, m.code, m.procedure_code AS procedure, m.agency_code AS agency, m.amount_dong, m.reference, m.reason,
       m.tries::int8 AS tries, m.received_at, m.next_try_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN portal_message m ON m.id = p.id AND m.state = 'QUARANTINED'
 ORDER BY p.no;
