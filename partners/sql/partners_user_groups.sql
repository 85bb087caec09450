ALTER TABLE partners_user_groups ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON partners_user_groups FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_writes ON partners_user_groups TO kbi_web USING ((SELECT app_scope()) = 'agency');
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_user_groups TO kbi_web;
