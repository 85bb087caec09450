ALTER TABLE persons_question ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_question FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_question TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- In an opened file: the questions about its blocks, of any institution. The table does not say who asked.
CREATE POLICY opened ON persons_question FOR SELECT TO kbi_web
  USING (person_id = (SELECT app_open_person()) AND block = ANY ((SELECT app_open_blocks())::text[]));
-- The supplier reads the questions that were sent to it or to an institution that it succeeded, and nothing else of the
-- person (design.md §3.1). Not while a file is open: that shows what its mandate gives.
CREATE POLICY to_supplier ON persons_question FOR SELECT TO kbi_web
  USING (supplier_id = ANY ((SELECT partners_works_for(app_list_institution()))::bigint[])
         AND (SELECT app_role()) = 'case_worker' AND (SELECT app_inscription()) IS NULL
         AND (insz = ANY ((SELECT app_hidden_numbers())::text[])) IS NOT TRUE);

CREATE TRIGGER question_asked AFTER INSERT ON persons_question REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_question_changed();
CREATE TRIGGER question_answered AFTER UPDATE ON persons_question REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_question_changed();

GRANT SELECT ON persons_question TO kbi_web;
