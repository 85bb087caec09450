-- Only the agency's page of set-aside messages reads them, and it logs the numbers it shows.
ALTER TABLE persons_setasidemessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_setasidemessage FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_setasidemessage TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY agency_reads ON persons_setasidemessage FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency');

GRANT SELECT ON persons_setasidemessage TO kbi_web;
