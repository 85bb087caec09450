ALTER TABLE persons_block ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_block FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_block TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY opened ON persons_block FOR SELECT TO kbi_web
  USING (person_id = (SELECT app_open_person()) AND name = ANY ((SELECT app_open_blocks())::text[]));

GRANT SELECT ON persons_block TO kbi_web;
