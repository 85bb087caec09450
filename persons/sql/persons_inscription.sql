ALTER TABLE persons_inscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_inscription FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_inscription TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- The agency reads no inscription, only counts: `persons_count_opened`. Whatever reads inscriptions under this policy
-- obeys the rules above every mandate: persons, blocks, reminders, changes, events. None while an escape is bound.
CREATE POLICY own ON persons_inscription FOR SELECT TO kbi_web USING (
  institution_id = (SELECT app_list_institution()) AND (id = ANY ((SELECT app_hidden())::bigint[])) IS NOT TRUE);

CREATE TRIGGER inscription_added AFTER INSERT ON persons_inscription REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_inscription_changed();
CREATE TRIGGER inscription_changed AFTER UPDATE ON persons_inscription REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_inscription_changed();
CREATE TRIGGER inscription_is_kept BEFORE DELETE ON persons_inscription
  FOR EACH ROW EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER inscriptions_are_kept BEFORE TRUNCATE ON persons_inscription
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();

GRANT SELECT ON persons_inscription TO kbi_web;
