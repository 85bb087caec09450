ALTER TABLE persons_ownfilereport ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_ownfilereport FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_ownfilereport TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY privacy_officer_reads ON persons_ownfilereport FOR SELECT TO kbi_web USING (
  (SELECT app_role()) = 'privacy_officer'
  AND institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));

GRANT SELECT ON persons_ownfilereport TO kbi_web;

CREATE TRIGGER report_is_kept BEFORE DELETE ON persons_ownfilereport FOR EACH ROW EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER reports_are_kept BEFORE TRUNCATE ON persons_ownfilereport
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER report_counts AFTER INSERT OR UPDATE ON persons_ownfilereport
  FOR EACH STATEMENT EXECUTE FUNCTION persons_unbind_rules();
