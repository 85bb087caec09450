-- The inscriptions that open a file today: those that count and have a dossier. The same rule in Python:
-- `InscriptionQuerySet.in_force`; tests/persons/test_gate.py compares them.
CREATE VIEW persons_inscription_in_force WITH (security_invoker = true) AS
  SELECT id, institution_id, person_id, mandate_id, version_id, group_id, blocks
  FROM persons_inscription_counting WHERE person_id IS NOT NULL;

GRANT SELECT ON persons_inscription_in_force TO kbi_web;
