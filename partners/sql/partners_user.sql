CREATE TRIGGER guard_account BEFORE INSERT OR UPDATE ON partners_user
  FOR EACH ROW EXECUTE FUNCTION partners_guard_account();
GRANT SELECT, INSERT, UPDATE ON partners_user TO kbi_web;
