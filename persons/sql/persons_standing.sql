-- The web role never reads this table: list lines have a copy, as far as their mandate allows.
ALTER TABLE persons_standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_standing FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_standing TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE TRIGGER standing_added AFTER INSERT ON persons_standing REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_standing_changed();
CREATE TRIGGER standing_changed AFTER UPDATE ON persons_standing REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_standing_changed();
