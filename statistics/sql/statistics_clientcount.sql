ALTER TABLE statistics_clientcount ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_agency ON statistics_clientcount FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency' OR institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));
GRANT SELECT ON statistics_clientcount TO kbi_web;
