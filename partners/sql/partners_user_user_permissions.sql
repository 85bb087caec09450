ALTER TABLE partners_user_user_permissions ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON partners_user_user_permissions FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_writes ON partners_user_user_permissions TO kbi_web USING ((SELECT app_scope()) = 'agency');
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_user_user_permissions TO kbi_web;
