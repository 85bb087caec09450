ALTER TABLE persons_inscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_inscription FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_inscription TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY own_or_agency ON persons_inscription FOR SELECT TO kbi_web
  USING (institution_id = (SELECT app_institution()) OR (SELECT app_scope()) = 'agency');

CREATE TRIGGER inscription_added AFTER INSERT ON persons_inscription REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_inscription_changed();
CREATE TRIGGER inscription_changed AFTER UPDATE ON persons_inscription REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_inscription_changed();

GRANT SELECT ON persons_inscription TO kbi_web;
