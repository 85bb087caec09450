CREATE TRIGGER versions_added AFTER INSERT ON partners_mandateversion REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_versions_changed();
CREATE TRIGGER versions_changed AFTER UPDATE ON partners_mandateversion REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_versions_changed();
