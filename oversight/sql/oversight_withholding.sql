ALTER TABLE oversight_withholding ENABLE ROW LEVEL SECURITY;
ALTER TABLE oversight_withholding FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON oversight_withholding TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY privacy_officer_reads ON oversight_withholding FOR SELECT TO kbi_web USING (
  (SELECT app_role()) = 'privacy_officer'
  AND institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));

CREATE TRIGGER withholding_is_kept BEFORE DELETE ON oversight_withholding FOR EACH ROW EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER withholdings_are_kept BEFORE TRUNCATE ON oversight_withholding
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();

GRANT SELECT ON oversight_withholding TO kbi_web;
