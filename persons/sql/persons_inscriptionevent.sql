ALTER TABLE persons_inscriptionevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_inscriptionevent FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_inscriptionevent TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- OFFSET 0 keeps the planner from reading all inscriptions of an institution for a single event.
CREATE POLICY own ON persons_inscriptionevent FOR SELECT TO kbi_web USING (EXISTS (
  SELECT 1 FROM persons_inscription i
  WHERE i.id = inscription_id AND i.institution_id = (SELECT app_institution()) OFFSET 0));

CREATE TRIGGER event_is_kept BEFORE UPDATE OR DELETE ON persons_inscriptionevent
  FOR EACH ROW EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER events_are_kept BEFORE TRUNCATE ON persons_inscriptionevent
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();

GRANT SELECT ON persons_inscriptionevent TO kbi_web;
