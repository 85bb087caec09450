ALTER TABLE persons_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_change FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_change TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- Of persons with a line in the list today (the policy of the list applies here too), whose version gives the blocks that
-- the change comes from. After 90 days it is there for no one (KEPT in persons/changes.py).
CREATE POLICY like_its_line ON persons_change FOR SELECT TO kbi_web USING (at >= now() - interval '90 days' AND EXISTS (
  SELECT FROM persons_clientlistentry e
  JOIN partners_mandateversion v ON v.id = e.version_id
  WHERE e.person_id = persons_change.person_id AND e.institution_id = (SELECT app_institution())
    AND persons_change.blocks <@ v.blocks
    AND (persons_change.inscription_id IS NULL OR e.inscription_id = persons_change.inscription_id)));

GRANT SELECT ON persons_change TO kbi_web;
