ALTER TABLE persons_namedlooker ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_namedlooker FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_namedlooker TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY privacy_officer_reads ON persons_namedlooker FOR SELECT TO kbi_web USING (
  (SELECT app_role()) = 'privacy_officer'
  AND institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));

CREATE TRIGGER name_is_kept BEFORE DELETE ON persons_namedlooker FOR EACH ROW EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER names_are_kept BEFORE TRUNCATE ON persons_namedlooker
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER name_counts AFTER INSERT OR UPDATE ON persons_namedlooker
  FOR EACH STATEMENT EXECUTE FUNCTION persons_unbind_rules();

GRANT SELECT ON persons_namedlooker TO kbi_web;
