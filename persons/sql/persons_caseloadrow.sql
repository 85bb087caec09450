ALTER TABLE persons_caseloadrow ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_caseloadrow FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_caseloadrow TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- Colleagues see whose client a client is.
CREATE POLICY own ON persons_caseloadrow FOR SELECT TO kbi_web USING (
  institution_id = (SELECT app_list_institution()) AND (SELECT app_role()) IN ('case_worker', 'local_administrator')
  AND (insz = ANY ((SELECT app_hidden_numbers())::text[])) IS NOT TRUE);

CREATE TRIGGER caseload_added AFTER INSERT ON persons_caseloadrow REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_caseload_changed();
CREATE TRIGGER caseload_removed AFTER DELETE ON persons_caseloadrow REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_caseload_changed();

GRANT SELECT ON persons_caseloadrow TO kbi_web;
