ALTER TABLE statistics_expectationfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY agency_reads ON statistics_expectationfile FOR SELECT TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE POLICY agency_adds ON statistics_expectationfile FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND added_by_id = (SELECT app_user()) AND imported_at IS NULL);
CREATE POLICY agency_imports ON statistics_expectationfile FOR UPDATE TO kbi_web
  USING ((SELECT app_scope()) = 'agency' AND imported_at IS NULL) WITH CHECK (imported_by_id = (SELECT app_user()));
CREATE POLICY agency_drops ON statistics_expectationfile FOR DELETE TO kbi_web
  USING ((SELECT app_scope()) = 'agency' AND imported_at IS NULL);
GRANT SELECT, INSERT, DELETE, UPDATE (imported_at, imported_by_id) ON statistics_expectationfile TO kbi_web;
