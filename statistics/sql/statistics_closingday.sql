ALTER TABLE statistics_closingday ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON statistics_closingday FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_writes ON statistics_closingday TO kbi_web USING ((SELECT app_scope()) = 'agency');
GRANT SELECT, INSERT, UPDATE, DELETE ON statistics_closingday TO kbi_web;
