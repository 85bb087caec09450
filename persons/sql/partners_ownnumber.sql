CREATE TRIGGER report_own_file AFTER INSERT ON partners_ownnumber
  FOR EACH ROW EXECUTE FUNCTION persons_report_own_file();
