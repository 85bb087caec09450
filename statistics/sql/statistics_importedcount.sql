ALTER TABLE statistics_importedcount ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_agency ON statistics_importedcount FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency' OR institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));
GRANT SELECT ON statistics_importedcount TO kbi_web;
