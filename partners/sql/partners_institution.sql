ALTER TABLE partners_institution ENABLE ROW LEVEL SECURITY;
-- The gate reads institutions; only the agency's pages change them.
CREATE POLICY read ON partners_institution FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_adds ON partners_institution FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency');
CREATE POLICY agency_changes ON partners_institution FOR UPDATE TO kbi_web
  USING ((SELECT app_scope()) = 'agency');

CREATE TRIGGER keep_address BEFORE UPDATE ON partners_institution FOR EACH ROW
  WHEN ((OLD.kind, OLD.slug) IS DISTINCT FROM (NEW.kind, NEW.slug))
  EXECUTE FUNCTION partners_keep_address();
CREATE TRIGGER keep_successor BEFORE INSERT OR UPDATE ON partners_institution FOR EACH ROW
  EXECUTE FUNCTION partners_keep_successor();

GRANT SELECT, INSERT, UPDATE ON partners_institution TO kbi_web;
