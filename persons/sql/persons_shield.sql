ALTER TABLE persons_shield ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_shield FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_shield TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- A privacy officer reads those of the own institution and of its predecessors, and those of the agency about a number
-- that the institution registered: they say who may still look there.
CREATE POLICY privacy_officer_reads ON persons_shield FOR SELECT TO kbi_web USING (
  (SELECT app_role()) = 'privacy_officer'
  AND (institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[])
       OR institution_id IS NULL AND persons_is_registered_here(insz)));
CREATE POLICY agency_reads ON persons_shield FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency' AND institution_id IS NULL);

CREATE TRIGGER shield_is_kept BEFORE DELETE ON persons_shield FOR EACH ROW EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER shields_are_kept BEFORE TRUNCATE ON persons_shield
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER shield_counts AFTER INSERT OR UPDATE ON persons_shield
  FOR EACH STATEMENT EXECUTE FUNCTION persons_unbind_rules();

GRANT SELECT ON persons_shield TO kbi_web;
