ALTER TABLE caseload_uploadrow ENABLE ROW LEVEL SECURITY;
ALTER TABLE caseload_uploadrow FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON caseload_uploadrow TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- The policies of caseload_upload decide which lists these are. Colleagues see no number that a rule above every mandate
-- keeps from them, and no row that one refused to who uploaded the list: it would say whose number that is.
CREATE POLICY of_visible_lists ON caseload_uploadrow FOR SELECT TO kbi_web
  USING (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u))
         AND mistake NOT IN ('own_file', 'colleague', 'shielded')
         AND outcome NOT IN ('own_file', 'colleague', 'shielded')
         AND (insz = ANY ((SELECT app_hidden_numbers())::text[])) IS NOT TRUE
         AND id <> ALL ((SELECT caseload_hidden_rows())::bigint[]));
-- Who uploaded a list has the numbers of the file already, but not those of the clients that it lacks.
CREATE POLICY of_own_lists ON caseload_uploadrow FOR SELECT TO kbi_web
  USING (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u WHERE u.user_id = (SELECT app_user())))
         AND (verdict <> 'missing' OR (insz = ANY ((SELECT app_hidden_numbers())::text[])) IS NOT TRUE));
CREATE POLICY adds_to_own_lists ON caseload_uploadrow FOR INSERT TO kbi_web
  WITH CHECK (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u WHERE u.user_id = (SELECT app_user()))));
CREATE POLICY changes_own_lists ON caseload_uploadrow FOR UPDATE TO kbi_web
  USING (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u WHERE u.user_id = (SELECT app_user()))))
  WITH CHECK (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u WHERE u.user_id = (SELECT app_user()))));
CREATE POLICY deletes_own_lists ON caseload_uploadrow FOR DELETE TO kbi_web
  USING (upload_id = ANY (ARRAY(SELECT u.id FROM caseload_upload u WHERE u.user_id = (SELECT app_user()))));

GRANT SELECT, INSERT, UPDATE, DELETE ON caseload_uploadrow TO kbi_web;
