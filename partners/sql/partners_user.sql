CREATE TRIGGER guard_account BEFORE INSERT OR UPDATE ON partners_user
  FOR EACH ROW EXECUTE FUNCTION partners_guard_account();
CREATE TRIGGER record_account AFTER UPDATE ON partners_user FOR EACH ROW
  WHEN (NEW.is_active <> OLD.is_active) EXECUTE FUNCTION partners_record_account();
GRANT SELECT, INSERT, UPDATE ON partners_user TO kbi_web;
