ALTER TABLE persons_clientlistentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_clientlistentry FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_clientlistentry TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY in_force ON persons_clientlistentry FOR SELECT TO kbi_web USING (
  institution_id = (SELECT app_institution())
  AND app_covers(valid_from, valid_until, (SELECT app_today()))
  AND mandate_id = ANY (ARRAY(
    SELECT m.id FROM partners_mandate m
    WHERE app_covers(m.valid_from, m.valid_until, app_today())))
  AND (SELECT n.active FROM partners_institution n WHERE n.id = app_institution()));

GRANT SELECT ON persons_clientlistentry TO kbi_web;
