ALTER TABLE statistics_earliercount ENABLE ROW LEVEL SECURITY;
CREATE POLICY agency_reads ON statistics_earliercount FOR SELECT TO kbi_web USING ((SELECT app_scope()) = 'agency');
GRANT SELECT ON statistics_earliercount TO kbi_web;
