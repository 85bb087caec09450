ALTER TABLE partners_numberclearing ENABLE ROW LEVEL SECURITY;
-- Functions write; the agency reads.
CREATE POLICY agency_reads ON partners_numberclearing FOR SELECT TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE TRIGGER clearing_is_kept BEFORE DELETE ON partners_numberclearing
  FOR EACH ROW EXECUTE FUNCTION partners_is_kept();
CREATE TRIGGER clearings_are_kept BEFORE TRUNCATE ON partners_numberclearing
  FOR EACH STATEMENT EXECUTE FUNCTION partners_is_kept();
GRANT SELECT ON partners_numberclearing TO kbi_web;
