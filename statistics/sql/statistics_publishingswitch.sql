-- Rows are only added, by an administrator of the agency in the own name.
ALTER TABLE statistics_publishingswitch ENABLE ROW LEVEL SECURITY;
CREATE POLICY agency_reads ON statistics_publishingswitch FOR SELECT TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE POLICY agency_adds ON statistics_publishingswitch FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND by_id = (SELECT app_user()));
GRANT SELECT, INSERT ON statistics_publishingswitch TO kbi_web;
