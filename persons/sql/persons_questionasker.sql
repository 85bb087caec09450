-- Who asked, in a table of its own: no policy lets the supplier, or another institution with the file, read it. The
-- successor of who asked reads it.
ALTER TABLE persons_questionasker ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_questionasker FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_questionasker TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY own ON persons_questionasker FOR SELECT TO kbi_web
  USING (institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]) AND (SELECT app_role()) = 'case_worker');

GRANT SELECT ON persons_questionasker TO kbi_web;
