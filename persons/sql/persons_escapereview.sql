ALTER TABLE persons_escapereview ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_escapereview FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_escapereview TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- The policy of the escapes applies here too.
CREATE POLICY privacy_officer_reads ON persons_escapereview FOR SELECT TO kbi_web USING (
  (SELECT app_role()) = 'privacy_officer' AND EXISTS (SELECT FROM persons_escape e WHERE e.id = escape_id));

CREATE TRIGGER review_is_kept BEFORE UPDATE OR DELETE ON persons_escapereview
  FOR EACH ROW EXECUTE FUNCTION persons_kept_like_the_log();
CREATE TRIGGER reviews_are_kept BEFORE TRUNCATE ON persons_escapereview
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();

GRANT SELECT ON persons_escapereview TO kbi_web;
