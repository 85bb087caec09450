-- Rows are only added. An institution reads its own.
ALTER TABLE statistics_deviationnote ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_agency ON statistics_deviationnote FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency' OR institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));
CREATE POLICY agency_adds ON statistics_deviationnote FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND added_by_id = (SELECT app_user()));
GRANT SELECT, INSERT ON statistics_deviationnote TO kbi_web;
