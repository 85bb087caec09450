ALTER TABLE persons_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_person FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_person TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- While an escape is bound: its person, and no one else.
CREATE POLICY escaped ON persons_person FOR SELECT TO kbi_web
  USING ((SELECT app_escape()) IS NOT NULL AND insz = (SELECT app_escaped_number()));
-- OFFSET 0 keeps the planner from hashing an institution's whole list for a single row.
CREATE POLICY inscribed ON persons_person FOR SELECT TO kbi_web USING (EXISTS (
  SELECT 1 FROM persons_inscription_in_force g
  WHERE g.institution_id = (SELECT app_list_institution()) AND g.person_id = persons_person.id OFFSET 0));

CREATE TRIGGER identity_changed AFTER UPDATE ON persons_person
  REFERENCING OLD TABLE AS before NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_identity_changed();

GRANT SELECT ON persons_person TO kbi_web;
