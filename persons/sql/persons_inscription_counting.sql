-- The inscriptions that count today, whether or not the KBI has a dossier: they, a confirmed version of their mandate and
-- their institution are all in force. The same rule in Python: `InscriptionQuerySet.counting`; tests/persons/test_gate.py
-- compares them.
CREATE VIEW persons_inscription_counting WITH (security_invoker = true) AS
  SELECT i.id, i.institution_id, i.insz, i.person_id, i.mandate_id, v.id AS version_id, n.group_id, v.blocks
  FROM persons_inscription i
  JOIN partners_mandateversion v ON v.mandate_id = i.mandate_id
  JOIN partners_institution n ON n.id = i.institution_id
  WHERE i.voided_at IS NULL AND partners_is_open(n.active, n.ended_on, app_today()) AND v.status = 'confirmed'
    AND app_covers(i.valid_from, i.valid_until, app_today())
    AND app_covers(v.valid_from, v.valid_until, app_today());

GRANT SELECT ON persons_inscription_counting TO kbi_web;
