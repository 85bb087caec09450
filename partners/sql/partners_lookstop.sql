ALTER TABLE partners_lookstop ENABLE ROW LEVEL SECURITY;
-- The bound user's own, because the policies of the blocks read it. partners_stop_looks writes it.
CREATE POLICY own ON partners_lookstop FOR SELECT TO kbi_web USING (user_id = (SELECT app_user()));
GRANT SELECT ON partners_lookstop TO kbi_web;
