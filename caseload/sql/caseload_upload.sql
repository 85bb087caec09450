ALTER TABLE caseload_upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE caseload_upload FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON caseload_upload TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- Colleagues in a role that registers read them; only the user who uploaded a list changes or deletes it. After seven days
-- it is there for no one (UPLOADS_KEPT in caseload/services/cleaning.py, which deletes it then).
CREATE POLICY colleagues_read ON caseload_upload FOR SELECT TO kbi_web
  USING (institution_id = (SELECT app_institution()) AND created_at >= now() - interval '7 days'
         AND (SELECT app_role()) IN ('case_worker', 'local_administrator'));
CREATE POLICY own ON caseload_upload TO kbi_web
  USING (institution_id = (SELECT app_institution()) AND user_id = (SELECT app_user())
         AND created_at >= now() - interval '7 days'
         AND (SELECT app_role()) IN ('case_worker', 'local_administrator'))
  WITH CHECK (institution_id = (SELECT app_institution()) AND user_id = (SELECT app_user())
              AND (SELECT app_role()) IN ('case_worker', 'local_administrator'));

CREATE TRIGGER forgets_its_rows BEFORE DELETE ON caseload_upload
  FOR EACH ROW EXECUTE FUNCTION caseload_forget_rows();

GRANT SELECT, INSERT, UPDATE, DELETE ON caseload_upload TO kbi_web;
