CREATE TRIGGER guard_own_number BEFORE INSERT OR UPDATE OR DELETE ON partners_ownnumber
  FOR EACH ROW EXECUTE FUNCTION partners_guard_own_number();
CREATE TRIGGER own_numbers_are_guarded BEFORE TRUNCATE ON partners_ownnumber
  FOR EACH STATEMENT EXECUTE FUNCTION partners_is_kept();
-- Who has entered one, for the team page. Never the hash.
GRANT SELECT (user_id, set_at) ON partners_ownnumber TO kbi_web;
