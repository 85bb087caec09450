CREATE TRIGGER dossier_came AFTER UPDATE ON persons_inscription
  REFERENCING OLD TABLE AS before NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION statistics_dossier_came();
