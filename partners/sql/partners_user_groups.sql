-- Only the owner gives the rights of the agency's staff (manage.py grant_access).
ALTER TABLE partners_user_groups ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON partners_user_groups FOR SELECT TO kbi_web USING (true);
GRANT SELECT ON partners_user_groups TO kbi_web;
