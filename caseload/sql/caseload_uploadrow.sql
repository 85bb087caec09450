ALTER TABLE caseload_uploadrow ENABLE ROW LEVEL SECURITY;
ALTER TABLE caseload_uploadrow FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON caseload_uploadrow TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- The policies of caseload_upload decide which lists these are.
CREATE POLICY of_visible_lists ON caseload_uploadrow FOR SELECT TO kbi_web
  USING (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u))
         -- Who uploaded a list has its numbers already; colleagues see none that a rule keeps from them.
         AND (insz = ANY ((SELECT app_hidden_numbers())::text[])) IS NOT TRUE);
CREATE POLICY of_own_lists ON caseload_uploadrow TO kbi_web
  USING (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u WHERE u.user_id = (SELECT app_user()))))
  WITH CHECK (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u WHERE u.user_id = (SELECT app_user()))));

GRANT SELECT, INSERT, UPDATE, DELETE ON caseload_uploadrow TO kbi_web;
