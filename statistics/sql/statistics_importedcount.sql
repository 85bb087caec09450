ALTER TABLE statistics_importedcount ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_agency ON statistics_importedcount FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency' OR institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));
CREATE POLICY agency_adds ON statistics_importedcount FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND file_id IS NOT NULL);
CREATE POLICY agency_corrects ON statistics_importedcount FOR UPDATE TO kbi_web
  USING ((SELECT app_scope()) = 'agency') WITH CHECK (file_id IS NOT NULL);
GRANT SELECT, INSERT, UPDATE (number, source, imported_at, file_id) ON statistics_importedcount TO kbi_web;

CREATE TRIGGER keep_earlier AFTER UPDATE ON statistics_importedcount
  FOR EACH ROW EXECUTE FUNCTION statistics_keep_earlier();
