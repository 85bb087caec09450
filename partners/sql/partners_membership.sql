ALTER TABLE partners_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON partners_membership FOR SELECT TO kbi_web USING (true);
-- The agency gives memberships, but no administrator gives one to themselves.
CREATE POLICY agency_adds ON partners_membership FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND user_id IS DISTINCT FROM (SELECT app_user()));
CREATE POLICY agency_changes ON partners_membership FOR UPDATE TO kbi_web
  USING ((SELECT app_scope()) = 'agency')
  WITH CHECK ((SELECT app_scope()) = 'agency' AND user_id IS DISTINCT FROM (SELECT app_user()));

GRANT SELECT, INSERT, UPDATE ON partners_membership TO kbi_web;
