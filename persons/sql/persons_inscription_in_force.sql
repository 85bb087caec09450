-- The inscriptions that open a file today: they, a confirmed version of their mandate and their institution are all in
-- force. The same rule in Python: `InscriptionQuerySet.in_force`; tests/persons/test_gate.py compares them.
CREATE VIEW persons_inscription_in_force WITH (security_invoker = true) AS
  SELECT i.id, i.institution_id, i.person_id, i.mandate_id, v.id AS version_id, n.group_id, v.blocks
  FROM persons_inscription i
  JOIN partners_mandateversion v ON v.mandate_id = i.mandate_id
  JOIN partners_institution n ON n.id = i.institution_id
  WHERE i.person_id IS NOT NULL AND i.voided_at IS NULL AND n.active AND v.status = 'confirmed'
    AND app_covers(i.valid_from, i.valid_until, app_today())
    AND app_covers(v.valid_from, v.valid_until, app_today());

GRANT SELECT ON persons_inscription_in_force TO kbi_web;
