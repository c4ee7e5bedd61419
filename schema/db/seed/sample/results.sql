-- Results of before the electronic system, on the inventories of the agencies that keep them and not digitised yet: building
-- permits of organisations, of the agency itself or of one that it has followed. Then all figures are counted.
INSERT INTO procedure_result (public_id, agency, issuer, authority_level, kind, number, issued_on, valid_until, title, holder_tax_code,
                              holder, listed_by, listed_at)
SELECT pg_temp.sample_uuid('2026-11-02Z', 'result ' || i), o.agency, coalesce(f.issuer, o.agency), authority_level(coalesce(f.issuer, o.agency)),
       'GIAY_PHEP_XAY_DUNG', i || '/GPXD', CASE WHEN f.issuer IS NULL THEN date '2025-07-01' ELSE date '2024-06-01' END + pg_temp.pick(i, 52, 100)::int,
       CASE WHEN pg_temp.pick(i, 53, 4) = 0 THEN date '2099-12-31' END, 'Giấy phép xây dựng', c.tax_code, c.id, o.id, '2026-11-02Z'
  FROM generate_series(1, 1200) AS i
  JOIN officer o ON o.id = CASE pg_temp.pick(i, 50, 48) WHEN 0 THEN 1 ELSE pg_temp.pick(i, 50, 48) + 2 END
  JOIN organisation c ON c.id = 5001 + pg_temp.pick(i, 51, 500)
  LEFT JOIN LATERAL (
       SELECT a.id AS issuer FROM agency a WHERE a.successor = o.agency AND a.valid_to IS NOT NULL AND pg_temp.pick(i, 54, 2) = 0
        ORDER BY a.code LIMIT 1) AS f ON true
 ORDER BY i;

SELECT digitisation_recount() \g /dev/null
