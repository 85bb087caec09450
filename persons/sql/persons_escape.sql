ALTER TABLE persons_escape ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_escape FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_escape TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- A case worker reads the own ones, while their hours last.
CREATE POLICY own ON persons_escape FOR SELECT TO kbi_web USING (
  (SELECT app_role()) = 'case_worker' AND institution_id = (SELECT app_institution())
  AND user_id = (SELECT app_user()) AND ends_at > statement_timestamp());
-- A privacy officer reads those of the own institution and of its predecessors, to review them.
CREATE POLICY privacy_officer_reads ON persons_escape FOR SELECT TO kbi_web USING (
  (SELECT app_role()) = 'privacy_officer'
  AND institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));

CREATE TRIGGER escape_is_kept BEFORE UPDATE OR DELETE ON persons_escape
  FOR EACH ROW EXECUTE FUNCTION persons_kept_like_the_log();
CREATE TRIGGER escapes_are_kept BEFORE TRUNCATE ON persons_escape
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();

GRANT SELECT ON persons_escape TO kbi_web;
