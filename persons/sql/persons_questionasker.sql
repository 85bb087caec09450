-- Who asked, in a table of its own: no policy lets the supplier, or another institution with the file, read it.
ALTER TABLE persons_questionasker ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_questionasker FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_questionasker TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY own ON persons_questionasker FOR SELECT TO kbi_web
  USING (institution_id = (SELECT app_institution()) AND (SELECT app_role()) = 'case_worker');

GRANT SELECT ON persons_questionasker TO kbi_web;
