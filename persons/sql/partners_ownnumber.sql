CREATE TRIGGER check_key BEFORE INSERT ON partners_ownnumber
  FOR EACH ROW EXECUTE FUNCTION persons_check_key();
CREATE TRIGGER report_own_file AFTER INSERT ON partners_ownnumber
  FOR EACH ROW EXECUTE FUNCTION persons_report_own_file();
CREATE TRIGGER number_counts AFTER INSERT OR DELETE ON partners_ownnumber
  FOR EACH STATEMENT EXECUTE FUNCTION persons_unbind_rules();
