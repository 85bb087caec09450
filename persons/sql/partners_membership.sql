CREATE TRIGGER report_own_file AFTER INSERT OR UPDATE OF status ON partners_membership FOR EACH ROW
  WHEN (NEW.status = 'confirmed') EXECUTE FUNCTION persons_report_own_file();
