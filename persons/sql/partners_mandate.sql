CREATE TRIGGER mandate_changed AFTER UPDATE ON partners_mandate
  FOR EACH ROW EXECUTE FUNCTION persons_mandate_changed();
