-- No one gets single permissions: rights come from the groups in partners/groups.py.
ALTER TABLE partners_user_user_permissions ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON partners_user_user_permissions FOR SELECT TO kbi_web USING (true);
GRANT SELECT ON partners_user_user_permissions TO kbi_web;
