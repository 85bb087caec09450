ALTER TABLE partners_mandate ENABLE ROW LEVEL SECURITY;
-- The gate itself reads mandates; only the agency's pages add one. A mandate is an address and never changes.
CREATE POLICY read ON partners_mandate FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_adds ON partners_mandate FOR INSERT TO kbi_web WITH CHECK ((SELECT app_scope()) = 'agency');

CREATE TRIGGER keep_address BEFORE UPDATE ON partners_mandate FOR EACH ROW
  WHEN ((OLD.institution_kind, OLD.institution_id, OLD.capacity)
        IS DISTINCT FROM (NEW.institution_kind, NEW.institution_id, NEW.capacity))
  EXECUTE FUNCTION partners_keep_address();

GRANT SELECT, INSERT ON partners_mandate TO kbi_web;
