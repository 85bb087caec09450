ALTER TABLE persons_block ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_block FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_block TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY opened ON persons_block FOR SELECT TO kbi_web
  USING (person_id = (SELECT app_open_person()) AND name = ANY ((SELECT app_open_blocks())::text[]));
-- Whatever is open: nothing while the looks of the bound user are stopped (`partners.limits`).
CREATE POLICY not_stopped ON persons_block AS RESTRICTIVE FOR SELECT TO kbi_web USING (NOT EXISTS (
  SELECT FROM partners_lookstop s WHERE s.user_id = (SELECT app_user()) AND s.until > now()));

GRANT SELECT ON persons_block TO kbi_web;
