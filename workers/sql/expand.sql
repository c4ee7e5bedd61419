-- expand: $1 int outbox rows at most -> taken, made, superseded. The second statement of its transaction, after
-- feed_number. Whom an event of a dossier is told: applicant, submitter, the administrators of the applying
-- organisation, and those whom its timeline is shown to (of the sandbox: its own people alone); what such an event asks of officers (officer_notice), whom officers_noticed names; a reminder, the officer or person that it names; what is to be signed or a digest, one officer; an event of an account, its owner. nid names event, person, channel and device, so a repeat
-- makes nothing new.
-- Lane write, role app_worker.
WITH taken AS (
    DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING id, kind, entity, entity_rev, order_key, payload
), told AS (
    SELECT t.*, CASE d.access_class WHEN 'OPEN' THEN '…-' || substring(d.code FROM '[0-9]+$') ELSE '' END AS tail, 'dossier' AS about,
           CASE d.access_class WHEN 'OPEN' THEN t.payload ->> 'template' ELSE 'dossier.restricted' END AS template, r.subject, NULL::bigint AS officer
      FROM taken t
      JOIN dossier_event e ON e.id = t.entity
      JOIN dossier d ON d.id = e.dossier
     CROSS JOIN LATERAL (
        SELECT e.applicant AS subject
         UNION SELECT e.submitter
         UNION SELECT s.person FROM seat_in_force s WHERE s.organisation = e.applicant AND s.role = 'ADMINISTRATOR'
         UNION SELECT g.grantee FROM dossier_grant g
                WHERE g.dossier = e.dossier AND g.revoked_at IS NULL AND g.until > now() AND 'TIMELINE' = ANY (g.fields)) AS r
      JOIN subject p ON p.id = r.subject AND (p.sandbox OR NOT d.sandbox)
     WHERE t.kind = 'DOSSIER_EVENT'
     UNION ALL
    SELECT t.id, t.kind, t.entity, t.entity_rev, CASE n.one_for WHEN 'AGENCY' THEN a.public_id ELSE t.order_key END,
           t.payload || jsonb_build_object('class', n.class),
           CASE d.access_class WHEN 'OPEN' THEN '…-' || substring(d.code FROM '[0-9]+$') ELSE '' END, 'work',
           CASE d.access_class WHEN 'OPEN' THEN n.template ELSE 'dossier.restricted' END, NULL, w.officer
      FROM taken t
      JOIN dossier_event e ON e.id = t.entity
      JOIN officer_notice n ON n.event = e.event AND n.from_state IS NOT DISTINCT FROM e.from_state
      JOIN dossier d ON d.id = e.dossier
      JOIN agency a ON a.id = CASE n.receivers WHEN 'DISPATCHER' THEN d.competent_agency ELSE d.received_agency END
     -- A function counts as a thousand rows: so many the planner would look for in whole tables.
     CROSS JOIN LATERAL (SELECT o.officer FROM officers_noticed(e.id, n.receivers) AS o(officer) LIMIT 50) AS w
     WHERE t.kind IN ('DOSSIER_EVENT', 'OFFICER_EVENT')
     UNION ALL
    SELECT t.*, CASE d.access_class WHEN 'OPEN' THEN '…-' || substring(d.code FROM '[0-9]+$') ELSE '' END, lower(t.kind),
           CASE d.access_class WHEN 'OPEN' THEN t.payload ->> 'template' ELSE 'dossier.restricted' END, (t.payload ->> 'subject')::bigint, (t.payload ->> 'officer')::bigint
      FROM taken t JOIN dossier d ON d.id = (t.payload ->> 'dossier')::bigint
     WHERE t.kind IN ('REMINDER', 'SIGNATURE')
     UNION ALL
    SELECT t.*, t.payload ->> 'figures', 'digest', t.payload ->> 'template', NULL, (t.payload ->> 'officer')::bigint
      FROM taken t WHERE t.kind = 'DIGEST'
     UNION ALL
    SELECT t.*, '', 'account', t.payload ->> 'template', (t.payload ->> 'subject')::bigint, (t.payload ->> 'officer')::bigint
      FROM taken t WHERE t.kind = 'ACCOUNT'
), addressed AS (
    SELECT t.id AS outbox, t.entity, t.entity_rev, t.tail, t.template, t.payload, coalesce(s.public_id, o.public_id) AS recipient,
           v.public_id AS device,
           CASE v.kind WHEN 'WEBPUSH' THEN 1 WHEN 'FCM' THEN 2 END::smallint AS channel,
           CASE t.payload ->> 'class' WHEN 'A' THEN 0 WHEN 'B' THEN 1 ELSE 2 END::smallint AS priority,
           md5(t.order_key::text || v.public_id::text)::uuid AS key,
           left(md5(t.about || t.order_key::text), 32) AS collapse
      FROM told t
      LEFT JOIN subject s ON s.id = t.subject
      LEFT JOIN officer o ON o.id = t.officer
      JOIN device v ON (v.owner_subject = t.subject OR v.owner_officer = t.officer) AND v.disabled_at IS NULL
), older AS (
    -- What has not left yet is out of date now.
    DELETE FROM delivery WHERE id IN (
        SELECT p.id FROM delivery p JOIN addressed a ON p.order_key = a.key AND p.channel = a.channel
         WHERE p.state = 0 AND p.collapse = a.collapse FOR UPDATE OF p SKIP LOCKED)
    RETURNING *
), logged AS (
    INSERT INTO delivery_log (id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device,
                              attempts, crashes, created_at, outcome, reason, payload)
    SELECT id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device,
           attempts, crashes, created_at, 'SKIPPED', 'superseded', payload FROM older
), made AS (
    INSERT INTO delivery (notif, nid, order_key, collapse, channel, provider, priority, recipient, device, expires_at,
                          guard_rev, payload)
    SELECT entity, left(encode(sha256(convert_to(concat_ws('|', entity, recipient, channel, device), 'UTF8')), 'hex'), 32),
           key, collapse, channel, channel, priority, recipient, device,
           now() + CASE priority WHEN 0 THEN interval '1 hour' WHEN 1 THEN interval '3 days' ELSE interval '1 day' END,
           entity_rev,
           jsonb_build_object('event', entity, 'tail', tail, 'template', template)
      FROM addressed ORDER BY outbox, device
    ON CONFLICT (nid) DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM taken) AS taken, (SELECT count(*) FROM made) AS made,
       (SELECT count(*) FROM older) AS superseded;
